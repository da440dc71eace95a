import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A key that the engine's secrets are encrypted with, in the manner of the transit engine of HashiCorp's Vault. */
export interface Transit {
  /** What `pulumi stack init --secrets-provider` is given. */
  secretsProvider: string;
  /** Where the engine finds it. */
  environment: Record<string, string>;
  close(): void;
}

const algorithm = "aes-256-gcm";
const [version, ivBytes, tagBytes] = ["vault:v1:", 12, 16];
/** One for all that this process starts: a stack reads the secrets of another that it refers to. */
const key = randomBytes(32);

/**
 * Serves `encrypt` and `decrypt` on loopback, whatever the key's name is (https://developer.hashicorp.com/vault/api-docs/secret/transit).
 * With a passphrase each command of the engine hashes for more than a quarter of a second; with this it asks once.
 */
export async function startTransit(): Promise<Transit> {
  const operations: Record<string, (asked: Asked) => object> = { encrypt, decrypt };
  const server = createServer((request, response) => {
    const operation = operations[request.url?.split("/")[3] ?? ""];
    void ask(request)
      .then((asked) => {
        if (!operation) throw new Error(`nothing is served at ${request.url}`);
        response
          .setHeader("content-type", "application/json")
          .end(JSON.stringify({ data: operation(asked) }));
      })
      .catch((problem: Error) => response.writeHead(400).end(JSON.stringify({ errors: [problem.message] })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    secretsProvider: "hashivault://gateway",
    environment: { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "of-the-sandbox" },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Asked {
  /** Base64. */
  plaintext?: string;
  ciphertext?: string;
}

async function ask(request: IncomingMessage): Promise<Asked> {
  return JSON.parse((await buffer(request)).toString()) as Asked;
}

function encrypt({ plaintext = "" }: Asked): object {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv);
  const text = Buffer.concat([cipher.update(plaintext, "base64"), cipher.final()]);
  return { ciphertext: version + Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64") };
}

function decrypt({ ciphertext = "" }: Asked): object {
  if (!ciphertext.startsWith(version)) throw new Error("invalid ciphertext: no prefix");
  const all = Buffer.from(ciphertext.slice(version.length), "base64");
  const decipher = createDecipheriv(algorithm, key, all.subarray(0, ivBytes));
  decipher.setAuthTag(all.subarray(ivBytes, ivBytes + tagBytes));
  const text = Buffer.concat([decipher.update(all.subarray(ivBytes + tagBytes)), decipher.final()]);
  return { plaintext: text.toString("base64") };
}
