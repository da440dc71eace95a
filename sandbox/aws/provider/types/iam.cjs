"use strict";
const { equal } = require("../../../../tools/engine/command-plugin/property-values.cjs");
const { hasCode } = require("../wire/service-error.cjs");
const { tagList } = require("./tagging.cjs");

/** Policies are JSON; spaces and the order of keys mean nothing. */
function samePolicy(old, now) {
  try {
    return equal(JSON.parse(old), JSON.parse(now));
  } catch {
    return false;
  }
}

const text = (policy) => (typeof policy === "string" ? policy : JSON.stringify(policy));

async function unlessGone(call) {
  try {
    return await call();
  } catch (problem) {
    if (!hasCode(problem, "NoSuchEntity")) throw problem;
  }
}

const role = {
  replaceOn: ["name", "namePrefix", "path"],
  autoName: { property: "name", limit: 64 },
  defaults: { path: "/", maxSessionDuration: 3600, forceDetachPolicies: false },
  computed: ["arn", "uniqueId", "createDate"],
  same: { assumeRolePolicy: samePolicy },
  tags: {
    set: (aws, { name }, tags) =>
      tagList(tags) && aws.call("iam", "TagRole", { RoleName: name, Tags: tagList(tags) }),
    unset: (aws, { name }, TagKeys) => aws.call("iam", "UntagRole", { RoleName: name, TagKeys }),
  },

  async create(inputs, aws) {
    const { name } = inputs;
    const answer = await aws.step(`creating IAM Role (${name})`, () =>
      aws.call("iam", "CreateRole", {
        RoleName: name,
        Path: inputs.path,
        Description: inputs.description,
        AssumeRolePolicyDocument: text(inputs.assumeRolePolicy),
        MaxSessionDuration: inputs.maxSessionDuration,
        PermissionsBoundary: inputs.permissionsBoundary,
        Tags: tagList(inputs.tagsAll),
      }),
    );
    const [arn, uniqueId, createDate] = ["Arn", "RoleId", "CreateDate"].map((tag) => answer.first(tag));
    return { id: name, arn, uniqueId, createDate };
  },

  async update({ id }, inputs, aws, changed) {
    if (changed.has("assumeRolePolicy")) {
      const PolicyDocument = text(inputs.assumeRolePolicy);
      await aws.call("iam", "UpdateAssumeRolePolicy", { RoleName: id, PolicyDocument });
    }
    if (changed.has("description") || changed.has("maxSessionDuration")) {
      const { description: Description, maxSessionDuration: MaxSessionDuration } = inputs;
      await aws.call("iam", "UpdateRole", { RoleName: id, Description, MaxSessionDuration });
    }
  },

  async delete({ id }, aws) {
    await aws.step(`deleting IAM Role (${id})`, () =>
      unlessGone(() => aws.call("iam", "DeleteRole", { RoleName: id })),
    );
  },
};

const roleName = (value) => value.split("/").at(-1);

const rolePolicy = {
  replaceOn: ["name", "namePrefix", "role"],
  autoName: { property: "name", limit: 128 },
  computed: [],
  same: { policy: samePolicy },

  async create(inputs, aws) {
    await put(inputs, aws);
    return { id: `${inputs.role}:${inputs.name}` };
  },
  update: (_, inputs, aws, changed) => (changed.has("policy") ? put(inputs, aws) : undefined),
  delete: ({ role: RoleName, name: PolicyName }, aws) =>
    unlessGone(() => aws.call("iam", "DeleteRolePolicy", { RoleName, PolicyName })),
};

async function put({ role: RoleName, name: PolicyName, policy }, aws) {
  await aws.step(`putting IAM Role (${RoleName}) Policy (${PolicyName})`, () =>
    aws.call("iam", "PutRolePolicy", { RoleName, PolicyName, PolicyDocument: text(policy) }),
  );
}

const attachment = {
  replaceOn: ["role", "policyArn"],
  computed: [],

  async create({ role: name, policyArn: PolicyArn }, aws) {
    const RoleName = roleName(name);
    await aws.step(`attaching IAM Policy (${PolicyArn}) to IAM Role (${RoleName})`, () =>
      aws.call("iam", "AttachRolePolicy", { RoleName, PolicyArn }),
    );
    return { id: `${RoleName}/${PolicyArn}` };
  },
  delete: ({ role: name, policyArn: PolicyArn }, aws) =>
    unlessGone(() => aws.call("iam", "DetachRolePolicy", { RoleName: roleName(name), PolicyArn })),
};

const instanceProfile = {
  replaceOn: ["name", "namePrefix", "path"],
  autoName: { property: "name", limit: 128 },
  defaults: { path: "/" },
  computed: ["arn", "uniqueId", "createDate"],
  tags: {
    set: (aws, { name }, tags) =>
      tagList(tags) &&
      aws.call("iam", "TagInstanceProfile", { InstanceProfileName: name, Tags: tagList(tags) }),
    unset: (aws, { name }, TagKeys) =>
      aws.call("iam", "UntagInstanceProfile", { InstanceProfileName: name, TagKeys }),
  },

  async create({ name, path: Path, role: RoleName, tagsAll }, aws) {
    const InstanceProfileName = name;
    const answer = await aws.step(`creating IAM Instance Profile (${name})`, () =>
      aws.call("iam", "CreateInstanceProfile", { InstanceProfileName, Path, Tags: tagList(tagsAll) }),
    );
    if (RoleName) await aws.call("iam", "AddRoleToInstanceProfile", { InstanceProfileName, RoleName });
    const [arn, uniqueId, createDate] = ["Arn", "InstanceProfileId", "CreateDate"].map((tag) =>
      answer.first(tag),
    );
    return { id: name, arn, uniqueId, createDate };
  },

  async update({ id, role: old }, { role: now }, aws, changed) {
    if (!changed.has("role")) return;
    const profile = { InstanceProfileName: id };
    if (old) await aws.call("iam", "RemoveRoleFromInstanceProfile", { ...profile, RoleName: old });
    if (now) await aws.call("iam", "AddRoleToInstanceProfile", { ...profile, RoleName: now });
  },

  async delete({ id, role: RoleName }, aws) {
    const profile = { InstanceProfileName: id };
    if (RoleName) {
      await unlessGone(() => aws.call("iam", "RemoveRoleFromInstanceProfile", { ...profile, RoleName }));
    }
    await unlessGone(() => aws.call("iam", "DeleteInstanceProfile", profile));
  },
};

module.exports = {
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attachment,
  "aws:iam/instanceProfile:InstanceProfile": instanceProfile,
};
