import assert from "node:assert/strict";
import { awsOf, onAws, onListener, readOnAws } from "./aws-given";
import type { Given } from "./given";

const admin = { clients: ["10.1.0.0/16"] };
const certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/a";
const checks = [{ headers: { host: "api.example" } }];
const apply = { acknowledge: ["a/b", { id: "c/d", apply: "FILE" }] };
const on = (balancer: Given, other: Given = {}) => onAws(awsOf({ balancer }), other);

describe("a stack's config on AWS that asks for a listener of the Admin API", () => {
  const good: [what: string, given: Given][] = [
    ["by its clients alone", on({ admin })],
    ["so that writes are held and requests sent", on({ admin }, { freeze: "hold", ...apply })],
    [
      "with a certificate, by a name of it",
      on({ admin: { ...admin, host: "admin.example" }, certificate }, { ...apply, smokeTests: { checks } }),
    ],
  ];
  for (const [what, given] of good) {
    it(`${what} is good`, () => assert.deepEqual(readOnAws(given).findings, []));
  }

  const bad: [what: string, given: Given, key: string, wrong: RegExp][] = [
    ["of nobody", on({ admin: { clients: [] } }), "aws.balancer.admin.clients", /./],
    [
      "of the world",
      on({ admin: { clients: ["10.1.0.0/16", "0.0.0.0/0"] } }),
      "aws.balancer.admin.clients",
      /^0\.0\.0\.0\/0 would let the whole world/,
    ],
    ["on the port of users", on({ admin: { ...admin, port: 80 } }), "aws.balancer.admin.port", /^80 is/],
    ["on a network balancer", on({ type: "network", admin }), "aws.balancer.admin", /^A network balancer/],
    [
      "on somebody else's balancer",
      onAws(awsOf({ ...onListener, balancer: { ...(onListener.balancer as Given), admin } })),
      "aws.balancer.admin",
      /^A balancer that is there/,
    ],
    [
      "with a certificate for requests without a name",
      on({ admin, certificate }, { ...apply, smokeTests: { checks } }),
      "aws.balancer.admin.host",
      /its certificate is for another one/,
    ],
    ["not at all, to hold writes", on({}, { freeze: "hold" }), "freeze", /none is asked for/],
    ["not at all, to send requests", on({}, apply), "acknowledge.1", /none is asked for/],
  ];
  for (const [what, given, key, wrong] of bad) {
    it(`${what} is refused`, () => {
      const { findings } = readOnAws(given);
      assert.deepEqual(
        findings.map((finding) => finding.key),
        [`gateway:${key}`],
      );
      assert.match(findings[0]?.wrong ?? "", wrong);
    });
  }
});
