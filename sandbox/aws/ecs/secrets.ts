import type { Moto } from "../moto-api";

/** The value that a container's `valueFrom` names, in Secrets Manager or the parameter store. Throws with ECS's text. */
export async function secretValue(moto: Moto, valueFrom: string): Promise<string> {
  try {
    return valueFrom.startsWith("arn:aws:secretsmanager:")
      ? await fromSecretsManager(moto, valueFrom)
      : await fromParameters(moto, valueFrom);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
        `unable to retrieve secret ${valueFrom}: ${why}`,
      { cause: error },
    );
  }
}

/** `arn:aws:secretsmanager:region:account:secret:name`, and after it optionally `:json-key:version-stage:version-id`. */
async function fromSecretsManager(moto: Moto, valueFrom: string): Promise<string> {
  const parts = valueFrom.split(":");
  const [key, stage, versionId] = parts.slice(7);
  const { SecretString = "" } = await moto.json<{ SecretString?: string }>(
    "secretsmanager",
    "secretsmanager.GetSecretValue",
    {
      SecretId: parts.slice(0, 7).join(":"),
      ...(stage ? { VersionStage: stage } : {}),
      ...(versionId ? { VersionId: versionId } : {}),
    },
  );
  if (!key) return SecretString;
  const value = (JSON.parse(SecretString) as Record<string, unknown>)[key];
  if (value === undefined)
    throw new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function fromParameters(moto: Moto, valueFrom: string): Promise<string> {
  const Name = valueFrom.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter\/?/, "");
  type Found = { Parameter: { Value: string } };
  const found = await moto.json<Found>("ssm", "AmazonSSM.GetParameter", { Name, WithDecryption: true });
  return found.Parameter.Value;
}
