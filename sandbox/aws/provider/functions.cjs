"use strict";
// The functions (data sources) that the plugin serves, by their tokens.

const functions = {
  async "aws:index/getAvailabilityZones:getAvailabilityZones"({ state }, context) {
    const Filter = state ? [{ Name: "state", Value: [state] }] : undefined;
    const zones = await context.call("ec2", "DescribeAvailabilityZones", { Filter });
    const { region } = context;
    return {
      id: region,
      region,
      state,
      names: zones.all("zoneName"),
      zoneIds: zones.all("zoneId"),
      groupNames: [region],
    };
  },

  async "aws:index/getCallerIdentity:getCallerIdentity"(_, context) {
    const identity = await context.call("sts", "GetCallerIdentity");
    const accountId = identity.first("Account");
    return { id: accountId, accountId, arn: identity.first("Arn"), userId: identity.first("UserId") };
  },
};

module.exports = { functions };
