import assert from "node:assert/strict";
import { secretObject } from "../../components/aws/access";
import { listenPort, listenProtocol, urlScheme, encryption } from "../../components/aws/listening";
import { namesOf, namesTooLong, ownTags } from "../../components/aws/names";
import { rangeOf } from "../../components/aws/network";
import { testPort, testPorts, testPriority } from "../../components/aws/test-way";
import type { SlotSecrets } from "../../products/release";
import { settingsOf } from "./aws-graph";

describe("names on AWS", () => {
  const names = namesOf("gw-prod");
  const life = "green-3.10.0.2-g4";
  const table: [name: string, expected: string][] = [
    [names.ofLife(life), "gw-prod-green-3-10-0-2-g4"],
    [names.tasks(life), "gw-prod-green-3-10-0-2-g4-tasks"],
    [names.nodes(life), "gw-prod-green-3-10-0-2-g4-nodes"],
    [names.snapshot(`before-${life}`), "gw-prod-before-green-3-10-0-2-g4"],
    [names.statements("blue"), "gw-prod-blue-statements"],
    [names.securityGroup("nodes"), "gw-prod-nodes-"],
    [names.logGroup, "/gateway/gw-prod"],
  ];
  for (const [name, expected] of table) it(expected, () => assert.equal(name, expected));

  it("of two lives are never the same", () => {
    const lives = ["blue-3.9.1-g1", "blue-3.9.1-g11", "blue-3.9.11-g1", "blue-3.9.1.1-g1", "green-3.9.1-g1"];
    assert.equal(new Set(lives.map(names.ofLife)).size, lives.length);
  });

  const lengths: [gateway: number, life: string, tooLong: Record<string, number>][] = [
    // A target group's name has 32 characters, of which a hyphen and the life take theirs.
    [18, "blue-3.9.1-g1", {}],
    [19, "blue-3.9.1-g1", { "target group": 1 }],
    [30, "blue-3.9.1-g1", { "target group": 12 }],
    [12, "green-3.10.0.10-g99", {}],
    [13, "green-3.10.0.10-g99", { "target group": 1 }],
    [33, "blue-3.9.1-g1", { "target group": 15, "load balancer": 1 }],
  ];
  for (const [length, ofLife, expected] of lengths) {
    it(`a gateway of ${length} letters at ${ofLife}: ${JSON.stringify(expected)}`, () => {
      const found = namesTooLong("g".repeat(length), ofLife);
      assert.deepEqual(Object.fromEntries(found.map(({ kind, excess }) => [kind, excess])), expected);
    });
  }

  it("a tag of config's cannot take the place of the gateway's own", () => {
    const tags = ownTags("gw", { team: "api", "gateway-upgrade": "another" });
    assert.deepEqual(tags, { team: "api", "gateway-upgrade": "gw" });
  });
});

describe("ranges of a VPC on AWS", () => {
  const table: [cidr: string, index: number, range: string][] = [
    ["10.20.0.0/16", 0, "10.20.0.0/20"],
    ["10.20.0.0/16", 1, "10.20.16.0/20"],
    ["10.20.0.0/16", 8, "10.20.128.0/20"],
    ["10.20.0.0/16", 15, "10.20.240.0/20"],
    ["172.31.64.0/20", 2, "172.31.66.0/24"],
    ["192.168.1.0/24", 9, "192.168.1.144/28"],
    ["223.0.0.0/16", 10, "223.0.160.0/20"],
  ];
  for (const [cidr, index, range] of table) {
    it(`${index} of ${cidr} is ${range}`, () => assert.equal(rangeOf(cidr, index), range));
  }
});

describe("how a balancer on AWS listens", () => {
  const certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/one";
  const table: [given: object, port: number, protocol: string, scheme: string][] = [
    [{}, 80, "HTTP", "http"],
    [{ certificate }, 443, "HTTPS", "https"],
    [{ port: 8000 }, 8000, "HTTP", "http"],
    [{ port: 8443, certificate }, 8443, "HTTPS", "https"],
    [{ type: "network" }, 80, "TCP", "http"],
    [{ type: "network", certificate }, 443, "TLS", "https"],
  ];
  for (const [given, port, protocol, scheme] of table) {
    it(`${JSON.stringify(given)}: ${protocol} on ${port}`, () => {
      const { balancer } = settingsOf({ balancer: given });
      assert.deepEqual([listenPort(balancer), listenProtocol(balancer)], [port, protocol]);
      assert.equal(urlScheme(balancer), scheme);
      const policy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
      const expected = scheme === "https" ? { certificateArn: certificate, sslPolicy: policy } : {};
      assert.deepEqual(encryption(balancer), expected);
    });
  }

  it("each slot's test rule comes before the one of users' traffic, in a place of its own", () => {
    assert.deepEqual([testPriority(100, "blue"), testPriority(100, "green")], [99, 98]);
    // The lowest priority that config takes leaves room for both.
    assert.deepEqual([testPriority(3, "blue"), testPriority(3, "green")], [2, 1]);
  });
  it("a network balancer has a port of tests for each slot, and an application balancer none", () => {
    const network = settingsOf({ balancer: { type: "network", testPort: 9000 } }).balancer;
    assert.deepEqual([testPort(network, "blue"), testPort(network, "green")], [9000, 9001]);
    assert.deepEqual(testPorts(network), [9000, 9001]);
    assert.deepEqual(testPorts(settingsOf().balancer), []);
  });
});

describe("the secret of a slot on AWS", () => {
  const table: [what: string, secrets: SlotSecrets, expected: Record<string, string>][] = [
    ["nothing is given", { environment: {} }, {}],
    ["it has a password", { password: "one", environment: {} }, { password: "one" }],
    ["it has variables alone", { environment: { A: "b" } }, { A: "b" }],
    [
      "it has both, and a variable of the password's name",
      { password: "one", environment: { KONG_LICENSE_DATA: "two", password: "three" } },
      { password: "one", KONG_LICENSE_DATA: "two" },
    ],
  ];
  for (const [what, secrets, expected] of table) {
    it(`where ${what}`, () => assert.deepEqual(secretObject(secrets), expected));
  }
});
