import type { Finding } from "../../products/finding";
import type { Slot, SlotName } from "../../products/release";
import { readAdmin } from "./aws/admin";
import { readBalancer } from "./aws/balancer";
import { readDatabases } from "./aws/databases";
import { readNames } from "./aws/names";
import { readNetwork } from "./aws/network";
import { readNodes } from "./aws/nodes";
import { readPasswords } from "./aws/passwords";
import { readSizes } from "./aws/sizes";
import { placedSlots } from "./aws/slots";
import { readExisting, readTestedPorts, readTests } from "./aws/reach";
import { readLimits } from "./aws/limits";
import { invalid } from "./issues";
import type { Config } from "./schema";

/** What of a config AWS would not make, or nobody should: all of it, from the config and where its slots are placed. */
export function readAws(config: Config, slots: Partial<Record<SlotName, Slot>>): Finding[] {
  const { platform, aws } = config;
  if (platform !== "aws") {
    const wrong = `gateway:aws says how AWS is used, and the platform is ${platform.slice(0, 60)}.`;
    return aws ? [invalid("aws", wrong, "Take gateway:aws out, or set gateway:platform to aws.")] : [];
  }
  if (!aws) {
    const remedy =
      "Give gateway:aws its region, network, balancer and databases; docs/aws.md has an example.";
    return [invalid("aws", "aws is missing.", remedy)];
  }
  const on = { config, aws, slots: placedSlots(config, slots) };
  return [
    ...[readNames, readNetwork, readBalancer, readNodes, readDatabases, readPasswords],
    ...[readSizes, readExisting, readLimits, readTests, readTestedPorts, readAdmin],
  ].flatMap((read) => read(on));
}
