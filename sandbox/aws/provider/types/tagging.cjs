"use strict";
// How tags are written, by service.

/** As a list of { Key, Value }, which most services take; undefined for none. */
function tagList(tags) {
  const list = Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  return list.length > 0 ? list : undefined;
}

const elb = {
  set: (aws, { arn }, tags) =>
    tagList(tags) &&
    aws.call("elasticloadbalancing", "AddTags", { ResourceArns: [arn], Tags: tagList(tags) }),
  unset: (aws, { arn }, keys) =>
    aws.call("elasticloadbalancing", "RemoveTags", { ResourceArns: [arn], TagKeys: keys }),
};

const ecs = {
  set: (aws, { arn }, tags) => {
    const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
    return list.length > 0 && aws.call("ecs", "TagResource", { resourceArn: arn, tags: list });
  },
  unset: (aws, { arn }, tagKeys) => aws.call("ecs", "UntagResource", { resourceArn: arn, tagKeys }),
};

const rds = {
  set: (aws, { arn }, tags) =>
    tagList(tags) && aws.call("rds", "AddTagsToResource", { ResourceName: arn, Tags: tagList(tags) }),
  unset: (aws, { arn }, TagKeys) => aws.call("rds", "RemoveTagsFromResource", { ResourceName: arn, TagKeys }),
};

const ec2 = {
  set: (aws, { id }, tags) =>
    tagList(tags) && aws.call("ec2", "CreateTags", { ResourceId: [id], Tag: tagList(tags) }),
  unset: (aws, { id }, keys) =>
    aws.call("ec2", "DeleteTags", { ResourceId: [id], Tag: keys.map((Key) => ({ Key })) }),
};

/** Tags given with a create call of ec2. */
function tagSpecification(ResourceType, tags) {
  const Tag = tagList(tags);
  return Tag && [{ ResourceType, Tag }];
}

module.exports = { ec2, ecs, elb, rds, tagList, tagSpecification };
