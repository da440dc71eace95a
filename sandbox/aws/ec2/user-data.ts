/** How an instance runs its gateway, as far as the sandbox needs it. */
export interface NodeFile {
  secret: string;
  /** Variables from the secret, by the keys that they have there. */
  secrets: Record<string, string>;
  environment: Record<string, string>;
}

const place = "/etc/gateway-upgrade/node.json";

/**
 * The node's file that user data writes, as cloud-init would: in base64, "#cloud-config" and then JSON. Undefined where it
 * writes none.
 */
export function nodeOfUserData(base64: string): NodeFile | undefined {
  const [kind, ...rest] = Buffer.from(base64, "base64").toString("utf8").split("\n");
  if (kind !== "#cloud-config") return undefined;
  const { write_files: files = [] } = JSON.parse(rest.join("\n")) as {
    write_files?: { path: string; content: string }[];
  };
  const file = files.find(({ path }) => path === place);
  return file && (JSON.parse(file.content) as NodeFile);
}
