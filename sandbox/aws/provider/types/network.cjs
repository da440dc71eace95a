"use strict";
const { hasCode } = require("../wire/service-error.cjs");
const { ec2, tagSpecification } = require("./tagging.cjs");

/** Deletes what may be gone already, and for a while what others still hang on. */
function remove(aws, kind, id, action, input) {
  return aws.step(`deleting EC2 ${kind} (${id})`, () =>
    aws.retrying(
      (problem) => hasCode(problem, "DependencyViolation"),
      async () => {
        try {
          await aws.call("ec2", action, input);
        } catch (problem) {
          if (!/NotFound$/.test(problem.name)) throw problem;
        }
      },
    ),
  );
}

const create = (aws, kind, action, input) =>
  aws.step(`creating EC2 ${kind}`, () => aws.call("ec2", action, input));

const arnOf = (aws, owner, kind, id) => `arn:aws:ec2:${aws.region}:${owner}:${kind}/${id}`;

const vpc = {
  replaceOn: ["cidrBlock", "instanceTenancy", "ipv4IpamPoolId", "ipv4NetmaskLength"],
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  computed: ["arn", "ownerId", "defaultSecurityGroupId", "mainRouteTableId", "enableDnsHostnames"],
  tags: ec2,

  async create(inputs, aws) {
    const made = await create(aws, "VPC", "CreateVpc", {
      CidrBlock: inputs.cidrBlock,
      InstanceTenancy: inputs.instanceTenancy,
      TagSpecification: tagSpecification("vpc", inputs.tagsAll),
    });
    const id = made.first("vpcId");
    await dns(aws, id, inputs);
    const Filter = [{ Name: "vpc-id", Value: [id] }];
    const groups = await aws.call("ec2", "DescribeSecurityGroups", { Filter });
    const tables = await aws.call("ec2", "DescribeRouteTables", { Filter });
    const ownerId = groups.first("ownerId");
    return {
      id,
      ownerId,
      arn: arnOf(aws, ownerId, "vpc", id),
      defaultSecurityGroupId: groups.first("groupId"),
      mainRouteTableId: tables.first("routeTableId"),
      enableDnsHostnames: inputs.enableDnsHostnames ?? false,
    };
  },
  update: ({ id }, inputs, aws, changed) =>
    changed.has("enableDnsHostnames") || changed.has("enableDnsSupport") ? dns(aws, id, inputs) : undefined,
  delete: ({ id }, aws) => remove(aws, "VPC", id, "DeleteVpc", { VpcId: id }),
};

async function dns(aws, VpcId, { enableDnsSupport, enableDnsHostnames }) {
  const set = (attribute) => aws.call("ec2", "ModifyVpcAttribute", { VpcId, ...attribute });
  await set({ EnableDnsSupport: { Value: enableDnsSupport } });
  if (enableDnsHostnames !== undefined) await set({ EnableDnsHostnames: { Value: enableDnsHostnames } });
}

const subnet = {
  replaceOn: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "outpostArn", "ipv6Native"],
  defaults: { mapPublicIpOnLaunch: false, assignIpv6AddressOnCreation: false },
  computed: ["arn", "ownerId", "availabilityZone", "availabilityZoneId"],
  tags: ec2,

  async create(inputs, aws) {
    const made = await create(aws, "Subnet", "CreateSubnet", {
      VpcId: inputs.vpcId,
      CidrBlock: inputs.cidrBlock,
      AvailabilityZone: inputs.availabilityZone,
      AvailabilityZoneId: inputs.availabilityZoneId,
      TagSpecification: tagSpecification("subnet", inputs.tagsAll),
    });
    const id = made.first("subnetId");
    if (inputs.mapPublicIpOnLaunch) await publicIps(aws, id, true);
    const ownerId = made.first("ownerId");
    return {
      id,
      ownerId,
      arn: arnOf(aws, ownerId, "subnet", id),
      availabilityZone: made.first("availabilityZone"),
      availabilityZoneId: made.first("availabilityZoneId"),
    };
  },
  update: ({ id }, { mapPublicIpOnLaunch }, aws, changed) =>
    changed.has("mapPublicIpOnLaunch") ? publicIps(aws, id, mapPublicIpOnLaunch) : undefined,
  delete: ({ id }, aws) => remove(aws, "Subnet", id, "DeleteSubnet", { SubnetId: id }),
};

async function publicIps(aws, SubnetId, Value) {
  await aws.call("ec2", "ModifySubnetAttribute", { SubnetId, MapPublicIpOnLaunch: { Value } });
}

const internetGateway = {
  replaceOn: [],
  computed: ["arn", "ownerId"],
  tags: ec2,

  async create({ vpcId, tagsAll }, aws) {
    const TagSpecification = tagSpecification("internet-gateway", tagsAll);
    const made = await create(aws, "Internet Gateway", "CreateInternetGateway", { TagSpecification });
    const id = made.first("internetGatewayId");
    const ownerId = made.first("ownerId");
    if (vpcId) await aws.call("ec2", "AttachInternetGateway", { InternetGatewayId: id, VpcId: vpcId });
    return { id, ownerId, arn: arnOf(aws, ownerId, "internet-gateway", id) };
  },
  async update({ id, vpcId: old }, { vpcId: now }, aws, changed) {
    if (!changed.has("vpcId")) return;
    if (old) await aws.call("ec2", "DetachInternetGateway", { InternetGatewayId: id, VpcId: old });
    if (now) await aws.call("ec2", "AttachInternetGateway", { InternetGatewayId: id, VpcId: now });
  },
  async delete({ id, vpcId }, aws) {
    const gateway = { InternetGatewayId: id };
    if (vpcId)
      await remove(aws, "Internet Gateway", id, "DetachInternetGateway", { ...gateway, VpcId: vpcId });
    await remove(aws, "Internet Gateway", id, "DeleteInternetGateway", gateway);
  },
};

const route = (RouteTableId, { cidrBlock, gatewayId, natGatewayId }) => ({
  RouteTableId,
  DestinationCidrBlock: cidrBlock,
  GatewayId: gatewayId,
  NatGatewayId: natGatewayId,
});

const routeTable = {
  replaceOn: ["vpcId"],
  computed: ["arn", "ownerId"],
  tags: ec2,

  async create({ vpcId, routes, tagsAll }, aws) {
    const made = await create(aws, "Route Table", "CreateRouteTable", {
      VpcId: vpcId,
      TagSpecification: tagSpecification("route-table", tagsAll),
    });
    const id = made.first("routeTableId");
    for (const one of routes ?? []) await aws.call("ec2", "CreateRoute", route(id, one));
    const ownerId = made.first("ownerId");
    return { id, ownerId, arn: arnOf(aws, ownerId, "route-table", id) };
  },
  async update({ id, routes: old }, { routes: now }, aws, changed) {
    if (!changed.has("routes")) return;
    for (const { cidrBlock } of old ?? []) {
      await aws.call("ec2", "DeleteRoute", { RouteTableId: id, DestinationCidrBlock: cidrBlock });
    }
    for (const one of now ?? []) await aws.call("ec2", "CreateRoute", route(id, one));
  },
  delete: ({ id }, aws) => remove(aws, "Route Table", id, "DeleteRouteTable", { RouteTableId: id }),
};

const association = {
  replaceOn: ["subnetId", "gatewayId"],
  computed: [],

  async create({ routeTableId, subnetId, gatewayId }, aws) {
    const made = await create(aws, "Route Table Association", "AssociateRouteTable", {
      RouteTableId: routeTableId,
      SubnetId: subnetId,
      GatewayId: gatewayId,
    });
    return { id: made.first("associationId") };
  },
  async update({ id }, { routeTableId }, aws) {
    const input = { AssociationId: id, RouteTableId: routeTableId };
    await aws.call("ec2", "ReplaceRouteTableAssociation", input);
  },
  delete: ({ id }, aws) =>
    remove(aws, "Route Table Association", id, "DisassociateRouteTable", { AssociationId: id }),
};

module.exports = {
  "aws:ec2/vpc:Vpc": vpc,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": association,
};
