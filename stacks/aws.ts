import type { Region } from "@pulumi/aws/types/enums";
import { Provider } from "@pulumi/aws/provider";
import { awsPlatform } from "../components/aws/platform";
import type { AwsSettings } from "../components/aws/settings";
import { ownTablesOf } from "../products/configuration";
import { slotNames } from "../products/release";
import { gatewayName, placeOf } from "./aws-place";
import { drainLimitOf, timeoutsOf } from "./config/limits";
import { type Host, runProgram } from "./program";
import { transforms } from "./transforms";

/** Services that an emulator answers for at its one address. */
const emulated = [
  "autoscaling",
  "cloudwatch",
  "ec2",
  "ecs",
  "elbv2",
  "iam",
  "logs",
  "rds",
  "secretsmanager",
  "sts",
];

function providerOf({ region, endpoint }: AwsSettings): Provider {
  if (endpoint === undefined) return new Provider("aws", { region: region as Region });
  return new Provider("aws", {
    region: region as Region,
    endpoints: [Object.fromEntries(emulated.map((service) => [service, endpoint]))],
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRequestingAccountId: true,
  });
}

const onAws: Host = {
  place: placeOf,
  open: ({ config, asked, runnable, secrets }, stack) => {
    const settings = config.aws;
    if (!settings) throw new Error("gateway:aws is demanded of a config that names the platform");
    const [timeouts, drainLimit] = [timeoutsOf(config), drainLimitOf(config)];
    const gateway = gatewayName(settings, stack);
    const platform = awsPlatform({
      ...{ product: runnable, gateway, settings, timeouts, drainLimit },
      ...(asked.freeze === undefined ? {} : { freeze: asked.freeze }),
      ownTables: ownTablesOf(asked.customPlugins),
      transforms,
      secretVariables: Object.fromEntries(
        slotNames.map((slot) => [slot, Object.keys(secrets[slot]?.environment ?? {})]),
      ),
    });
    return {
      platform,
      locate: (given) => given,
      options: () => ({ providers: [providerOf(settings)] }),
      addresses: () => {
        const adminUrl = platform.adminUrl();
        return { url: platform.url(), ...(adminUrl ? { adminUrl } : {}) };
      },
    };
  },
};

/** The program of the platform on AWS. */
export function aws(raw: Record<string, string>): Promise<Record<string, unknown>> {
  return runProgram(raw, onAws);
}
