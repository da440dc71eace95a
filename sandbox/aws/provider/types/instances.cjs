"use strict";
// What EC2 gateways run on: a launch template, and the group that keeps instances of it.
const { hasCode } = require("../wire/service-error.cjs");
const { PartialFailure } = require("../partial-state.cjs");
const { ec2, tagSpecification } = require("./tagging.cjs");

/** The template's data as EC2 takes it, as far as a gateway needs it. */
function data(inputs) {
  const { iamInstanceProfile: profile, metadataOptions: metadata } = inputs;
  return {
    ImageId: inputs.imageId,
    InstanceType: inputs.instanceType,
    KeyName: inputs.keyName,
    UserData: inputs.userData,
    EbsOptimized: inputs.ebsOptimized,
    SecurityGroupId: inputs.vpcSecurityGroupIds,
    IamInstanceProfile: profile && { Name: profile.name, Arn: profile.arn },
    MetadataOptions: metadata && {
      HttpTokens: metadata.httpTokens,
      HttpEndpoint: metadata.httpEndpoint,
      HttpPutResponseHopLimit: metadata.httpPutResponseHopLimit,
    },
    BlockDeviceMapping: inputs.blockDeviceMappings?.map(({ deviceName, ebs }) => ({
      DeviceName: deviceName,
      Ebs: ebs && {
        Encrypted: ebs.encrypted,
        DeleteOnTermination: ebs.deleteOnTermination,
        VolumeType: ebs.volumeType,
        VolumeSize: ebs.volumeSize,
      },
    })),
    NetworkInterface: inputs.networkInterfaces?.map((one, i) => ({
      DeviceIndex: one.deviceIndex ?? i,
      AssociatePublicIpAddress: one.associatePublicIpAddress,
      SecurityGroupId: one.securityGroups,
      SubnetId: one.subnetId,
    })),
    TagSpecification: inputs.tagSpecifications?.flatMap(
      ({ resourceType, tags }) => tagSpecification(resourceType, tags) ?? [],
    ),
  };
}

const launchTemplate = {
  replaceOn: ["name", "namePrefix"],
  autoName: { property: "name", limit: 125 },
  defaults: {},
  computed: ["arn", "latestVersion", "defaultVersion"],
  changing: (names) => ([...names].some(isData) ? ["latestVersion", "defaultVersion"] : []),
  tags: ec2,

  async create(inputs, aws) {
    const { name } = inputs;
    const made = await aws.step(`creating EC2 Launch Template (${name})`, () =>
      aws.call("ec2", "CreateLaunchTemplate", {
        LaunchTemplateName: name,
        VersionDescription: inputs.description,
        LaunchTemplateData: data(inputs),
        TagSpecification: tagSpecification("launch-template", inputs.tagsAll),
      }),
    );
    const id = made.first("launchTemplateId");
    const { first } = await aws.call("sts", "GetCallerIdentity");
    const arn = `arn:aws:ec2:${aws.region}:${first("Account")}:launch-template/${id}`;
    return { id, arn, latestVersion: 1, defaultVersion: 1 };
  },

  async update({ id, latestVersion, defaultVersion }, inputs, aws, changed) {
    const versions = { latestVersion, defaultVersion };
    if ([...changed].some(isData)) {
      const made = await aws.call("ec2", "CreateLaunchTemplateVersion", {
        LaunchTemplateId: id,
        VersionDescription: inputs.description,
        LaunchTemplateData: data(inputs),
      });
      versions.latestVersion = Number(made.first("versionNumber"));
    }
    const wanted = inputs.updateDefaultVersion ? versions.latestVersion : inputs.defaultVersion;
    if (wanted !== undefined && wanted !== versions.defaultVersion) {
      await aws.call("ec2", "ModifyLaunchTemplate", {
        LaunchTemplateId: id,
        SetDefaultVersion: String(wanted),
      });
      versions.defaultVersion = wanted;
    }
    return versions;
  },

  async delete({ id }, aws) {
    try {
      await aws.call("ec2", "DeleteLaunchTemplate", { LaunchTemplateId: id });
    } catch (problem) {
      if (!/NotFound/.test(problem.name)) throw problem;
    }
  },
};

function isData(input) {
  return !["tags", "updateDefaultVersion", "defaultVersion"].includes(input);
}

const template = (one) =>
  one && { LaunchTemplateId: one.id, LaunchTemplateName: one.name, Version: one.version ?? "$Default" };

function groupSettings(inputs) {
  return {
    AutoScalingGroupName: inputs.name,
    MinSize: inputs.minSize,
    MaxSize: inputs.maxSize,
    DesiredCapacity: inputs.desiredCapacity,
    HealthCheckType: inputs.healthCheckType,
    HealthCheckGracePeriod: inputs.healthCheckGracePeriod,
    DefaultInstanceWarmup: inputs.defaultInstanceWarmup,
    VPCZoneIdentifier: inputs.vpcZoneIdentifiers?.join(","),
    AvailabilityZones: inputs.availabilityZones,
    LaunchTemplate: template(inputs.launchTemplate),
    TerminationPolicies: inputs.terminationPolicies,
  };
}

/** Tags of a group say whether its instances get them. The provider's default tags do not reach a group. */
function groupTags({ name, tags }) {
  return (tags ?? []).map(({ key, value, propagateAtLaunch }) => ({
    Key: key,
    Value: value,
    PropagateAtLaunch: propagateAtLaunch,
    ResourceId: name,
    ResourceType: "auto-scaling-group",
  }));
}

async function findGroup(aws, name) {
  const { AutoScalingGroups } = await aws.call("autoscaling", "DescribeAutoScalingGroups", {
    AutoScalingGroupNames: [name],
  });
  return AutoScalingGroups?.[0];
}

async function healthyTargets(aws, groups) {
  const counts = groups.map(async (TargetGroupArn) => {
    const answer = await aws.call("elasticloadbalancing", "DescribeTargetHealth", { TargetGroupArn });
    return answer.TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth.State === "healthy")
      .length;
  });
  return Promise.all(counts);
}

/** Seconds of a duration such as "90s" or "10m". */
function seconds(duration) {
  const [, count, unit] = /^(\d+)([smh])$/.exec(duration) ?? [];
  return count === undefined ? 600 : Number(count) * { s: 1, m: 60, h: 3600 }[unit];
}

/** As the plugin does by default: until as many instances are in service as are wanted, and healthy in each target group as are asked for. */
async function waitCapacity(aws, inputs) {
  if (inputs.waitForCapacityTimeout === "0") return;
  const minutes = seconds(inputs.waitForCapacityTimeout) / 60;
  await aws.until(`waiting for Auto Scaling Group (${inputs.name}) capacity satisfied`, minutes, async () => {
    const group = await findGroup(aws, inputs.name);
    const inService = (group?.Instances ?? []).filter(({ LifecycleState: state }) => state === "InService");
    if (inService.length < (inputs.desiredCapacity ?? inputs.minSize)) return undefined;
    const healthy = await healthyTargets(aws, inputs.targetGroupArns ?? []);
    return healthy.every((count) => count >= (inputs.waitForElbCapacity ?? 0)) ? true : undefined;
  });
}

const group = {
  replaceOn: ["name", "namePrefix", "placementGroup"],
  autoName: { property: "name" },
  defaults: { forceDelete: false, healthCheckGracePeriod: 300, waitForCapacityTimeout: "10m" },
  computed: ["arn", "availabilityZones", "desiredCapacity", "healthCheckType", "vpcZoneIdentifiers"],

  async create(inputs, aws) {
    const { name, targetGroupArns: TargetGroupARNs } = inputs;
    const Tags = groupTags(inputs);
    await aws.step(`creating Auto Scaling Group (${name})`, () =>
      aws.call("autoscaling", "CreateAutoScalingGroup", { ...groupSettings(inputs), TargetGroupARNs, Tags }),
    );
    const found = await findGroup(aws, name);
    const computed = {
      arn: found.AutoScalingGroupARN,
      availabilityZones: found.AvailabilityZones,
      desiredCapacity: found.DesiredCapacity,
      healthCheckType: found.HealthCheckType,
      vpcZoneIdentifiers: found.VPCZoneIdentifier ? found.VPCZoneIdentifier.split(",") : [],
    };
    try {
      await waitCapacity(aws, inputs);
    } catch (problem) {
      throw new PartialFailure(problem, { id: name, outputs: computed });
    }
    return { id: name, ...computed };
  },

  /** With `instanceRefresh`, a changed template is rolled out to the instances that run. */
  async update({ id, targetGroupArns: old }, inputs, aws, changed) {
    const call = (action, input) => aws.call("autoscaling", action, { AutoScalingGroupName: id, ...input });
    await aws.step(`updating Auto Scaling Group (${id})`, () =>
      call("UpdateAutoScalingGroup", groupSettings(inputs)),
    );
    if (changed.has("tags")) await aws.call("autoscaling", "CreateOrUpdateTags", { Tags: groupTags(inputs) });
    if (changed.has("targetGroupArns")) {
      const now = inputs.targetGroupArns ?? [];
      const gone = (old ?? []).filter((arn) => !now.includes(arn));
      const added = now.filter((arn) => !(old ?? []).includes(arn));
      if (gone.length > 0) await call("DetachLoadBalancerTargetGroups", { TargetGroupARNs: gone });
      if (added.length > 0) await call("AttachLoadBalancerTargetGroups", { TargetGroupARNs: added });
    }
    const refresh = inputs.instanceRefresh;
    const triggers = ["launchTemplate", ...(refresh?.triggers ?? [])];
    if (refresh && triggers.some((name) => changed.has(name))) {
      const { preferences = {} } = refresh;
      const { instanceWarmup, autoRollback } = preferences;
      await call("StartInstanceRefresh", {
        Strategy: refresh.strategy,
        // AWS goes back only from what it is told to go to.
        DesiredConfiguration: autoRollback ? { LaunchTemplate: template(inputs.launchTemplate) } : undefined,
        Preferences: {
          MinHealthyPercentage: preferences.minHealthyPercentage,
          MaxHealthyPercentage: preferences.maxHealthyPercentage,
          AutoRollback: autoRollback,
          InstanceWarmup: instanceWarmup === undefined ? undefined : Number(instanceWarmup),
        },
      });
    }
    await waitCapacity(aws, inputs);
  },

  async delete({ id, forceDelete }, aws) {
    const found = await findGroup(aws, id);
    if (!found) return;
    const call = (action, input) => aws.call("autoscaling", action, { AutoScalingGroupName: id, ...input });
    if (!forceDelete && found.DesiredCapacity > 0) {
      await call("UpdateAutoScalingGroup", { MinSize: 0, MaxSize: 0, DesiredCapacity: 0 });
      await aws.until(`waiting for Auto Scaling Group (${id}) drain`, 10, async () =>
        ((await findGroup(aws, id))?.Instances ?? []).length === 0 ? true : undefined,
      );
    }
    await aws.step(`deleting Auto Scaling Group (${id})`, () =>
      aws.retrying(
        (problem) => hasCode(problem, "ResourceInUse", "ScalingActivityInProgress"),
        () => call("DeleteAutoScalingGroup", { ForceDelete: forceDelete }),
      ),
    );
  },
};

module.exports = {
  "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
  "aws:autoscaling/group:Group": group,
};
