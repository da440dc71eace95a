import assert from "node:assert/strict";
import { startTransit, type Transit } from "../../sandbox/transit";

interface Answer {
  plaintext?: string;
  ciphertext?: string;
}

// What HashiCorp's pages give of the transit engine: developer.hashicorp.com/vault/api-docs/secret/transit
describe("the stand-in for Vault's transit engine", () => {
  let transit: Transit;
  beforeEach(async () => (transit = await startTransit()));
  afterEach(() => transit.close());

  async function post(operation: string, body: object) {
    const url = `${transit.environment.VAULT_SERVER_URL}/v1/transit/${operation}/gateway`;
    const response = await fetch(url, { method: "PUT", body: JSON.stringify(body) });
    const { data, errors } = (await response.json()) as { data?: Answer; errors?: string[] };
    return { status: response.status, ...data, errors };
  }

  const plaintext = Buffer.from("a data key").toString("base64");

  it("gives back what it encrypted, and does not show it", async () => {
    const { ciphertext = "" } = await post("encrypt", { plaintext });
    assert.match(ciphertext, /^vault:v1:/);
    assert.ok(!Buffer.from(ciphertext.slice(9), "base64").includes("a data key"));
    assert.equal((await post("decrypt", { ciphertext })).plaintext, plaintext);
  });

  it("encrypts the same differently each time", async () => {
    assert.notDeepEqual(await post("encrypt", { plaintext }), await post("encrypt", { plaintext }));
  });

  it("refuses what it has not encrypted", async () => {
    const { ciphertext = "" } = await post("encrypt", { plaintext });
    for (const changed of [ciphertext.slice(0, -8) + "AAAAAAA=", "vault:v1:AAAA", plaintext]) {
      const { status, errors } = await post("decrypt", { ciphertext: changed });
      assert.equal(status, 400);
      assert.equal(errors?.length, 1);
    }
  });

  it("serves nothing else", async () => {
    const { status, errors } = await post("rewrap", {});
    assert.deepEqual([status, errors], [400, ["nothing is served at /v1/transit/rewrap/gateway"]]);
  });
});
