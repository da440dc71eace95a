/** The tag of an autoscaling group with where tasks beside it run: the group itself tells its subnets alone. */
export const placeTag = "gateway-upgrade-place";

/** Where nodes and tasks run, as far as a group does not say it by itself. */
export interface ToldPlace {
  securityGroup: string;
  /** Whether they have an address of their own. */
  isPublic: boolean;
}

/** The tag's value. */
export function tellPlace({ securityGroup, isPublic }: ToldPlace): string {
  return `${securityGroup} ${isPublic ? "public" : "private"}`;
}

/** Reads it back; undefined where it is none. */
export function toldPlace(value = ""): ToldPlace | undefined {
  const [securityGroup, kind] = value.split(" ");
  if (!securityGroup || (kind !== "public" && kind !== "private")) return undefined;
  return { securityGroup, isPublic: kind === "public" };
}
