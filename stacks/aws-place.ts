import type { AwsSettings } from "../components/aws/settings";
import type { AwsPlace } from "../components/aws/slot-settings";
import type { Place } from "./config/read";

/** What begins the name of everything of a stack's gateway. */
export function gatewayName({ name }: Pick<AwsSettings, "name">, stack: string): string {
  return name ?? `gw-${stack}`;
}

/** What AWS binds the slots of a stack to: a function of its config and name alone. */
export function placeOf(stack: string): Place {
  return (name, { aws, [name]: slot }) => {
    if (!aws) return { place: {}, site: { platform: "aws" } };
    const { region, nodes, databases } = aws;
    const own = slot && "aws" in slot ? slot.aws : undefined;
    const place: AwsPlace = {
      region,
      gateway: gatewayName(aws, stack),
      nodes: { ...nodes, ...own?.nodes },
      databases: { ...databases, ...own?.databases },
    };
    const site = {
      platform: "aws",
      "aws.nodes.compute": nodes.compute,
      "aws.databases.engineVersion": databases.engineVersion,
    };
    // Of an existing gateway's server only RDS knows the version.
    const server = slot?.existing ? {} : { databaseServer: databases.engineVersion };
    return { place: { ...place }, site, ...server };
  };
}
