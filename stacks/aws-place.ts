import type { AwsSettings } from "../components/aws/settings";
import type { AwsPlace } from "../components/aws/slot-settings";
import type { Place } from "./config/read";

/** What begins the name of everything of a stack's gateway. */
export function gatewayName({ name }: Pick<AwsSettings, "name">, stack: string): string {
  return name ?? `gw-${stack}`;
}

/** What AWS binds the slots of a stack to: a function of its config and name alone. */
export function placeOf(stack: string): Place {
  return (_, { aws }) => {
    if (!aws) return { place: {}, site: { platform: "aws" } };
    const { region, nodes, databases } = aws;
    const place: AwsPlace = { region, gateway: gatewayName(aws, stack), nodes, databases };
    return { place: { ...place }, site: { platform: "aws" } };
  };
}
