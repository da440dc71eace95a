import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "../..");

interface Statement {
  Sid: string;
  Effect: string;
  Action: string[];
  Resource: string | string[];
  Condition?: unknown;
}

const textOf = (name: string) => readFileSync(path.join(root, "docs", name), "utf8");
const statementsOf = (name: string) => (JSON.parse(textOf(name)) as { Statement: Statement[] }).Statement;
const whole = statementsOf("aws-policy.json");
const ofNetwork = statementsOf("aws-policy-network.json");
const ofInstances = statementsOf("aws-policy-instances.json");
const all = [...whole, ...ofNetwork, ...ofInstances];
const allowed = new Set(all.flatMap(({ Action }) => Action));

/** The platform's own files, one after the other. */
function sources(directory = path.join(root, "components/aws")): string {
  return readdirSync(directory, { withFileTypes: true })
    .map((entry) => {
      const at = path.join(directory, entry.name);
      return entry.isDirectory() ? sources(at) : readFileSync(at, "utf8");
    })
    .join("\n");
}

/** Calls of the SDK that are asked for by more than one service under one name, or by a waiter. */
const services = ["elasticloadbalancing", "rds", "ecs", "logs", "cloudwatch", "autoscaling", "ec2"];

/** What AWS asks for when the provider makes and deletes a resource of ours. */
const byType: Record<string, string[]> = {
  "ec2.Vpc": ["ec2:CreateVpc", "ec2:DeleteVpc"],
  "ec2.LaunchTemplate": [
    "ec2:CreateLaunchTemplate",
    "ec2:CreateLaunchTemplateVersion",
    "ec2:DeleteLaunchTemplate",
  ],
  "autoscaling.Group": [
    ...["autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"],
    ...["autoscaling:DeleteAutoScalingGroup", "autoscaling:StartInstanceRefresh", "ec2:RunInstances"],
  ],
  "iam.InstanceProfile": [
    ...["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile"],
    "iam:PassRole",
  ],
  "ec2.Subnet": ["ec2:CreateSubnet", "ec2:DeleteSubnet"],
  "ec2.InternetGateway": [
    "ec2:CreateInternetGateway",
    "ec2:AttachInternetGateway",
    "ec2:DeleteInternetGateway",
  ],
  "ec2.RouteTable": ["ec2:CreateRouteTable", "ec2:CreateRoute", "ec2:DeleteRouteTable"],
  "ec2.RouteTableAssociation": ["ec2:AssociateRouteTable", "ec2:DisassociateRouteTable"],
  "ec2.SecurityGroup": ["ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup"],
  "vpc.SecurityGroupIngressRule": ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
  "vpc.SecurityGroupEgressRule": ["ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress"],
  "lb.LoadBalancer": ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:DeleteLoadBalancer"],
  "lb.Listener": ["elasticloadbalancing:CreateListener", "elasticloadbalancing:DeleteListener"],
  "lb.ListenerRule": ["elasticloadbalancing:CreateRule", "elasticloadbalancing:ModifyRule"],
  "lb.TargetGroup": ["elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DeleteTargetGroup"],
  "ecs.Cluster": ["ecs:CreateCluster", "ecs:DeleteCluster"],
  "ecs.Service": ["ecs:CreateService", "ecs:UpdateService", "ecs:DeleteService"],
  "ecs.TaskDefinition": ["ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition", "iam:PassRole"],
  "rds.SubnetGroup": ["rds:CreateDBSubnetGroup", "rds:DeleteDBSubnetGroup"],
  "rds.Instance": ["rds:CreateDBInstance", "rds:RestoreDBInstanceFromDBSnapshot", "rds:DeleteDBInstance"],
  "iam.Role": ["iam:CreateRole", "iam:DeleteRole"],
  "iam.RolePolicy": ["iam:PutRolePolicy", "iam:DeleteRolePolicy"],
  "cloudwatch.LogGroup": ["logs:CreateLogGroup", "logs:DeleteLogGroup"],
  "secretsmanager.Secret": ["secretsmanager:CreateSecret", "secretsmanager:DeleteSecret"],
  "secretsmanager.SecretVersion": ["secretsmanager:PutSecretValue", "secretsmanager:GetSecretValue"],
};

describe("the policy for who runs Pulumi on AWS", () => {
  const code = sources();
  const calls = [...code.matchAll(/\b(?:new (\w+)Command\(|paginate(\w+)\()/g)].map(
    ([, sent, paged]) => sent ?? paged,
  );

  for (const call of new Set(calls)) {
    it(`lets ${call} through, which a command or a review asks`, () => {
      assert.ok(services.some((service) => allowed.has(`${service}:${call}`)));
    });
  }
  it("is held to calls that there are", () => assert.ok(calls.length > 20));

  const types = new Set(
    [
      ...code.matchAll(
        /\b(autoscaling|ec2|vpc|lb|ecs|rds|iam|cloudwatch|secretsmanager)\.([A-Z]\w+)(?=[,(])/g,
      ),
    ]
      .map(([, service, type]) => `${service}.${type}`)
      .filter((type) => !type.endsWith("Args")),
  );
  it("is held to the resources that the platform makes", () => {
    assert.deepEqual([...types].sort(), Object.keys(byType).sort());
  });
  for (const [type, actions] of Object.entries(byType)) {
    it(`lets ${type} be made and deleted`, () => {
      assert.deepEqual(
        actions.filter((action) => !allowed.has(action)),
        [],
      );
    });
  }

  it("lets nothing be written everywhere but what AWS cannot narrow, and no action by a wildcard", () => {
    const everywhere = all.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => Action);
    const writes = everywhere.filter((action) => !/:(Describe|List|Get)/.test(action));
    assert.deepEqual(writes, ["ecs:DeregisterTaskDefinition", "ecs:RegisterTaskDefinition"]);
    assert.deepEqual(
      [...allowed].filter((action) => action.includes("*")),
      [],
    );
  });
  for (const name of ["aws-policy.json", "aws-policy-network.json", "aws-policy-instances.json"]) {
    it(`fits into a managed policy: ${name}`, () => {
      assert.ok(JSON.stringify(JSON.parse(textOf(name))).length <= 6_144);
    });
  }
});
