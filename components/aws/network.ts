import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import type * as pulumi from "@pulumi/pulumi";
import type { Names } from "./names";
import type { AwsSettings } from "./settings";
import type { Make } from "./transform";

type Ids = pulumi.Input<string>[];

/** Where the gateway's parts lie, and who may reach whom. */
export interface Network {
  vpc: pulumi.Input<string>;
  balancerSubnets: Ids;
  nodeSubnets: Ids;
  databaseSubnets: Ids;
  /** Whether nodes and tasks need an address of their own to reach AWS: in an own VPC, which has no NAT gateway. */
  publicNodes: boolean;
  groups: { balancer: pulumi.Input<string>; nodes: pulumi.Input<string>; databases: pulumi.Input<string> };
  /**
   * What no id leads to, and yet whatever lies here needs: routes and what the groups let through. What uses the network
   * comes after it, and goes before it.
   */
  ways: pulumi.Resource[];
}

interface NetworkArgs {
  names: Names;
  settings: AwsSettings;
  tags: Record<string, string>;
  /** Ports of the balancer: which ones users reach, which administrators, and which only testers. */
  listens: { clients: number[]; administrators: number[]; testers: number[] };
  /** Ports of a node that the balancer reaches. */
  nodePorts: number[];
  make: Make;
}

/** Ranges of a VPC's addresses, sixteen of equal size: "10.20.0.0/16" → "10.20.16.0/20" for the second. */
export function rangeOf(cidr: string, index: number): string {
  const [address = "", bits = "16"] = cidr.split("/");
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits) - 4);
  const start = first + index * size;
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${parts.join(".")}/${Number(bits) + 4}`;
}

function ownVpc(
  { names, tags, make }: NetworkArgs,
  { cidr, zones }: { cidr: string; zones: string[] },
  options: pulumi.CustomResourceOptions,
): Omit<Network, "groups"> {
  const ways: pulumi.Resource[] = [];
  const named = (what: string) => ({ ...tags, Name: `${names.gateway}-${what}` });
  const own = make(
    "vpc",
    ec2.Vpc,
    "vpc",
    { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: named("vpc") },
    options,
  );
  const gateway = make(
    "internetGateway",
    ec2.InternetGateway,
    "internet",
    { vpcId: own.id, tags: named("internet") },
    options,
  );
  const routes = make(
    "routeTable",
    ec2.RouteTable,
    "public-routes",
    { vpcId: own.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }], tags: named("public") },
    options,
  );
  const subnet = (what: string, zone: string, index: number) =>
    make(
      "subnet",
      ec2.Subnet,
      `${what}-${zone}`,
      {
        vpcId: own.id,
        cidrBlock: rangeOf(cidr, index),
        availabilityZone: zone,
        tags: named(`${what}-${zone}`),
      },
      options,
    );
  const open = zones.map((zone, index) => {
    const made = subnet("public", zone, index);
    const association = { subnetId: made.id, routeTableId: routes.id };
    ways.push(
      make("routeTableAssociation", ec2.RouteTableAssociation, `public-${zone}`, association, options),
    );
    return made.id;
  });
  // Their only route is the VPC's own: nothing outside reaches a database, and it reaches nothing.
  const closed = zones.map((zone, index) => subnet("databases", zone, index + 8).id);
  return {
    vpc: own.id,
    balancerSubnets: open,
    nodeSubnets: open,
    databaseSubnets: closed,
    publicNodes: true,
    ways,
  };
}

/** Security groups that open what is needed and nothing else: none of them lets the world in by default. */
function securityGroups(
  { names, settings, tags, listens, nodePorts, make }: NetworkArgs,
  vpcId: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): Network["groups"] & { rules: pulumi.Resource[] } {
  const rules: pulumi.Resource[] = [];
  const group = (of: "balancer" | "nodes" | "databases", description: string) =>
    make(
      "securityGroup",
      ec2.SecurityGroup,
      `${of}-group`,
      { namePrefix: names.securityGroup(of), description, vpcId, tags },
      options,
    ).id;
  const tcp = (from: number, to = from) => ({ ipProtocol: "tcp", fromPort: from, toPort: to, tags });
  const range = (cidr: string) => (cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr });
  const nodes = group("nodes", "Nodes and tasks of the gateway");
  const databases = group("databases", "Databases of the gateway");
  const balancer = settings.balancer.securityGroup ?? group("balancer", "Balancer of the gateway");
  const lets = (
    name: string,
    securityGroupId: pulumi.Input<string>,
    from: Omit<vpc.SecurityGroupIngressRuleArgs, "securityGroupId">,
  ) =>
    rules.push(
      make("ingressRule", vpc.SecurityGroupIngressRule, name, { securityGroupId, ...from }, options),
    );
  const reaches = (
    name: string,
    securityGroupId: pulumi.Input<string>,
    to: Omit<vpc.SecurityGroupEgressRuleArgs, "securityGroupId">,
  ) => rules.push(make("egressRule", vpc.SecurityGroupEgressRule, name, { securityGroupId, ...to }, options));

  if (settings.balancer.securityGroup === undefined) {
    const { clients, testers, admin } = settings.balancer;
    const opens: [number[], string[]][] = [
      [listens.clients, [...new Set([...clients, ...testers])]],
      [listens.administrators, [...new Set([...(admin?.clients ?? []), ...testers])]],
      [listens.testers, [...new Set(testers)]],
    ];
    for (const [ports, ranges] of opens) {
      for (const port of ports) {
        for (const cidr of ranges)
          lets(`balancer-${port}-from-${cidr}`, balancer, { ...range(cidr), ...tcp(port) });
      }
    }
    for (const port of nodePorts) {
      reaches(`balancer-to-nodes-${port}`, balancer, { referencedSecurityGroupId: nodes, ...tcp(port) });
    }
  }
  for (const port of nodePorts) {
    lets(`nodes-${port}-from-balancer`, nodes, { referencedSecurityGroupId: balancer, ...tcp(port) });
  }
  reaches("nodes-to-databases", nodes, { referencedSecurityGroupId: databases, ...tcp(5432) });
  // Images, logs and secrets: AWS's own services answer on this port, at addresses that nobody can list.
  reaches("nodes-to-https", nodes, { cidrIpv4: "0.0.0.0/0", ...tcp(443) });
  for (const cidr of new Set(settings.nodes.upstreams)) {
    reaches(`nodes-to-${cidr}`, nodes, { ...range(cidr), ...tcp(0, 65_535) });
  }
  lets("databases-from-nodes", databases, { referencedSecurityGroupId: nodes, ...tcp(5432) });
  return { balancer, nodes, databases, rules };
}

/** The VPC that config gives, or one of the gateway's own; with its security groups. */
export function networkOf(args: NetworkArgs, options: pulumi.CustomResourceOptions): Network {
  const { network } = args.settings;
  const place =
    "vpc" in network
      ? {
          vpc: network.vpc,
          balancerSubnets: network.balancerSubnets ?? network.nodeSubnets,
          nodeSubnets: network.nodeSubnets,
          databaseSubnets: network.databaseSubnets,
          publicNodes: false,
          ways: [],
        }
      : ownVpc(args, network, options);
  const { rules, ...groups } = securityGroups(args, place.vpc, options);
  return { ...place, groups, ways: [...place.ways, ...rules] };
}
