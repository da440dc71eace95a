import assert from "node:assert/strict";
import type { Piece, Transforms } from "../../components/aws/transform";
import { release } from "../products/releases";
import { build, onAws, settingsOf } from "./aws-graph";
import type { Registered } from "./mocked-graph";

describe("a transform on AWS", function () {
  this.timeout(60_000);
  /** A change of each piece that config has no key for. */
  const changes: Record<Piece, [kind: string, change: Record<string, unknown>]> = {
    vpc: ["Vpc", { instanceTenancy: "dedicated" }],
    internetGateway: ["InternetGateway", { region: "eu-west-1" }],
    routeTable: ["RouteTable", { propagatingVgws: ["vgw-0a"] }],
    routeTableAssociation: ["RouteTableAssociation", { region: "eu-west-1" }],
    subnet: ["Subnet", { assignIpv6AddressOnCreation: true }],
    securityGroup: ["SecurityGroup", { revokeRulesOnDelete: true }],
    ingressRule: ["SecurityGroupIngressRule", { description: "changed" }],
    egressRule: ["SecurityGroupEgressRule", { description: "changed" }],
    loadBalancer: ["LoadBalancer", { idleTimeout: 120 }],
    listener: ["Listener", { routingHttpResponseServerEnabled: false }],
    adminListener: ["Listener", { routingHttpResponseServerEnabled: false }],
    trafficRule: ["ListenerRule", { region: "eu-west-1" }],
    testRule: ["ListenerRule", { region: "eu-west-1" }],
    targetGroup: ["TargetGroup", { loadBalancingAlgorithmType: "least_outstanding_requests" }],
    cluster: ["Cluster", { settings: [{ name: "containerInsights", value: "enabled" }] }],
    logGroup: ["LogGroup", { retentionInDays: 400 }],
    executionRole: ["Role", { permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary" }],
    executionPolicy: ["RolePolicy", { name: "changed" }],
    secret: ["Secret", { recoveryWindowInDays: 7 }],
    secretValue: ["SecretVersion", { versionStages: ["CHANGED"] }],
    subnetGroup: ["SubnetGroup", { description: "changed" }],
    database: ["Instance", { performanceInsightsEnabled: true }],
    taskDefinition: ["TaskDefinition", { enableFaultInjection: true }],
    service: ["Service", { enableExecuteCommand: true }],
    instanceRole: ["Role", { permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary" }],
    instancePolicy: ["RolePolicy", { name: "changed" }],
    instanceProfile: ["InstanceProfile", { path: "/changed/" }],
    launchTemplate: ["LaunchTemplate", { keyName: "changed" }],
    autoscalingGroup: ["Group", { maxInstanceLifetime: 604_800 }],
  };
  const called = new Map<Piece, string[]>();
  let graph: Registered[] = [];
  before(async () => {
    const transforms = Object.fromEntries(
      Object.entries(changes).map(([piece, [, change]]) => [
        piece,
        (args: Record<string, unknown>, options: { protect?: boolean }, name: string) => {
          called.set(piece as Piece, [...(called.get(piece as Piece) ?? []), name]);
          Object.assign(args, change);
          // Tags are shared by all that is made: what is changed here must not show elsewhere.
          if (args.tags && !Array.isArray(args.tags)) Object.assign(args.tags, { only: name });
          options.protect = true;
        },
      ]),
    ) as Transforms;
    const balancer = { clients: ["10.0.0.0/8"], admin: { clients: ["10.0.0.0/8"] } };
    const settings = settingsOf({ balancer });
    const nodes = { compute: "ec2", ami: "ami-0a1b2c3d", instanceType: "m6g.large" };
    const onInstances = settingsOf({ balancer, nodes });
    const slots = { blue: onAws("3.9.1", settings), green: onAws("3.10.0", onInstances) };
    graph = await build(release(slots, 90), settings, { transforms });
  });
  const isCustom = ({ custom, type }: Registered) => custom && type.startsWith("aws:");

  for (const [piece, [kind, change]] of Object.entries(changes)) {
    it(`of ${piece} is called for each, and what it changes arrives`, () => {
      const names = called.get(piece as Piece) ?? [];
      assert.ok(names.length > 0, "it is called");
      assert.equal(new Set(names).size, names.length, "once for each");
      for (const name of names) {
        const [found] = graph.filter(
          (one) => isCustom(one) && one.name === name && one.type.endsWith(`:${kind}`),
        );
        assert.ok(found, name);
        assert.deepEqual({ ...found.inputs, ...change }, found.inputs);
        assert.equal(found.protect, true);
        const tags = found.inputs.tags as Record<string, string> | undefined;
        if (tags && !Array.isArray(tags)) assert.equal(tags.only, name);
      }
    });
  }
  it("is called for every resource that the provider makes", () => {
    const names = [...called.values()].flat().sort();
    assert.deepEqual(
      names,
      graph
        .filter(isCustom)
        .map(({ name }) => name)
        .sort(),
    );
  });
});
