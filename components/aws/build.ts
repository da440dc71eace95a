import * as pulumi from "@pulumi/pulumi";
import type { OwnTables } from "../../products/configuration";
import type { FreezeMode } from "../../products/freeze";
import type { Operation } from "../../products/operation";
import type { Secrets, SlotName } from "../../products/release";
import type { Timeouts } from "../platform";
import type { SlotContext } from "../slot-context";
import type { FrontDoor } from "./balancer";
import type { Way } from "./clear-way";
import type { Clients, Where } from "./clients";
import type { ContainerBase } from "./containers";
import type { AdminPlace } from "./live/admin-way";
import type { SplitPlace } from "./live/weights";
import type { Names } from "./names";
import type { NodesBase } from "./nodes";
import type { AwsSettings } from "./settings";
import type { Make, Transforms } from "./transform";
import type { Groups } from "./weights";

/** Where and on what AWS runs a gateway. */
export interface AwsPlatformArgs {
  product: Operation;
  /** Begins the name of everything. */
  gateway: string;
  settings: AwsSettings;
  timeouts: Timeouts;
  /** In seconds. */
  drainLimit: number;
  /** What tables of custom plugins hold. */
  ownTables: OwnTables;
  /** Names of the secret variables of each slot's nodes and tasks. */
  secretVariables: Partial<Record<SlotName, string[]>>;
  /** How configuration is kept while it is copied, as config asks for it. Default: held where it can be. */
  freeze?: FreezeMode;
  /** Changes to resources that config has no key for. Default: none. */
  transforms?: Transforms;
}

/** What all slots stand on, once it is made. */
export interface Ground {
  base: NodesBase;
  containers: ContainerBase;
  frontDoor: FrontDoor;
  /** Listener of the Admin API, where config asks for one. */
  adminListener?: pulumi.Output<string>;
  cluster: pulumi.Output<string>;
  subnetGroup: pulumi.Output<string>;
  /** Where tasks run, as one value. */
  place: pulumi.Output<string>;
  /** Task definitions of statements, by slot. */
  statements: Partial<Record<SlotName, pulumi.Output<string>>>;
  /** What belongs to the gateway and no slot is its child. */
  parent: pulumi.Resource | undefined;
}

/** What pieces that were made hand to those that come after them, in the order of a strategy. */
export interface Made {
  ground?: Ground;
  secrets?: pulumi.Output<Secrets>;
  /** When each life began. */
  moments: Record<string, pulumi.Output<string>>;
  databases: Record<string, pulumi.Output<{ host: string; port: number }>>;
  taskDefinitions: Record<string, pulumi.Output<string>>;
  groups: Groups;
  /** New when what is live is not what it should be: see `Platform.weights`. */
  reconcile?: string;
}

/** All that a piece is made with. */
export interface Build extends AwsPlatformArgs {
  names: Names;
  tags: Record<string, string>;
  clients: Clients;
  split: SplitPlace;
  make: Make;
  way: Way;
  /** Inputs of every command. */
  common: { where: Where; gateway: string; split: SplitPlace; product: string; lockLimit: number };
  made: Made;
}

/** What all slots stand on. */
export function groundOf({ made }: Build): Ground {
  if (!made.ground) throw new Error("the foundation is made first");
  return made.ground;
}

/** What a command is told of the Admin API's listener: nothing where there is none. */
export function adminInput({ settings }: Build): { admin?: AdminPlace } {
  const { admin } = settings.balancer;
  return admin ? { admin: { port: admin.port } } : {};
}

/** When a slot's life began, as its reserve says. */
export function momentOf({ made }: Build, { life }: SlotContext): pulumi.Output<string> {
  return made.moments[life] ?? pulumi.output("");
}
