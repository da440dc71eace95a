import { text, type Call } from "../wire/call";
import { instanceRecord, type Rds } from "./state";

/**
 * The master password that a call sets: given, or with `ManageMasterUserPassword` the one in the secret that moto has
 * made for the instance. "" when it sets none.
 */
export async function passwordSetBy(rds: Rds, call: Call, id: string): Promise<string> {
  if (text(call.parameters, "ManageMasterUserPassword") !== "true") {
    return text(call.parameters, "MasterUserPassword");
  }
  const { MasterUserSecret } = await instanceRecord(rds, id);
  const { SecretString } = await rds.moto.json<{ SecretString: string }>(
    "secretsmanager",
    "secretsmanager.GetSecretValue",
    { SecretId: MasterUserSecret?.SecretArn },
  );
  return (JSON.parse(SecretString) as { password: string }).password;
}
