import * as pulumi from "@pulumi/pulumi";

const commandType = "command:local:Command";

/** A resource as it was registered. */
export interface Registered {
  name: string;
  type: string;
  /** False of a component. */
  custom: boolean;
  parent: string;
  urn: string;
  /** As the engine gets them, secrets wrapped. */
  inputs: Record<string, unknown>;
  dependencies: string[];
  protect: boolean;
  retainOnDelete: boolean;
  deleteBeforeReplace: boolean;
  ignoreChanges: string[];
  /** The hooks' kinds. */
  hooks: string[];
}

interface RegisterRequest {
  getName(): string;
  getType(): string;
  getCustom(): boolean;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getHooks(): { toObject(): Record<string, string[]> } | undefined;
}

interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterRequest, callback: unknown): Promise<void>;
  registerResourceHook: (request: unknown, callback: (error: null, answer: object) => void) => void;
  registerErrorHook: (request: unknown, callback: (error: null, answer: object) => void) => void;
}

/** What a resource of the mocks puts out: its inputs, and what its provider would add. */
export type StateOf = (resource: {
  name: string;
  type: string;
  inputs: Record<string, unknown>;
}) => Record<string, unknown>;

/** Every resource that a program registers under mocks, once the output that it returns is known. */
export async function graphOf(
  program: () => pulumi.Output<unknown>,
  stateOf: StateOf,
): Promise<Registered[]> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, type, inputs }) => {
        const given = inputs as Record<string, unknown>;
        return { id: name, state: { ...given, ...stateOf({ name, type, inputs: given }) } };
      },
      call: () => ({}),
    },
    "gateway",
    "test",
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const registered: Registered[] = [];
  const register = monitor.registerResource.bind(monitor);
  // The mock monitor knows no hooks, and a resource that has one would wait for ever.
  monitor.registerResourceHook = monitor.registerErrorHook = (_, callback) => callback(null, {});
  monitor.registerResource = (request, callback) => {
    registered.push({
      name: request.getName(),
      type: request.getType(),
      custom: request.getCustom(),
      parent: request.getParent(),
      urn: monitor.newUrn(request.getParent(), request.getType(), request.getName()),
      inputs: request.getObject().toJavaScript(),
      dependencies: request.getDependenciesList(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      ignoreChanges: request.getIgnorechangesList(),
      hooks: Object.entries(request.getHooks()?.toObject() ?? {}).flatMap(([kind, names]) =>
        names.length > 0 ? [kind] : [],
      ),
    });
    return register(request, callback);
  };
  const output = program();
  await new Promise((resolve) => output.apply(resolve));
  await pulumi.runtime.disconnect();
  return registered;
}

/** Resources that are commands of ours. */
export function commandsOf(resources: Registered[]): Registered[] {
  return resources.filter(({ type }) => type === commandType);
}

/** The piece that a command is of; what does nothing when it is made is known by its delete. */
export function pieceOf({ inputs }: Pick<Registered, "inputs">): string {
  return /run\.cjs (\S+)/.exec(`${inputs.create as string} ${inputs.delete as string}`)?.[1] ?? "";
}

/** What a command is told. */
export function environmentOf({ inputs }: Registered): Record<string, string> {
  return inputs.environment as Record<string, string>;
}

/**
 * All that must be there before a resource, by way of others too. What a component waits for, its children do: the
 * engine takes a parent for a dependency.
 */
export function upstreamOf(start: Registered, resources: Registered[]): Registered[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const seen = new Set<string>();
  const visit = (resource: Registered | undefined) => {
    if (!resource || seen.has(resource.urn)) return;
    seen.add(resource.urn);
    for (const urn of [...resource.dependencies, resource.parent]) visit(byUrn.get(urn));
  };
  visit(start);
  return [...seen].map((urn) => byUrn.get(urn) as Registered).filter((other) => other !== start);
}

/** The graph in an order of its own, so that two builds of it can be compared. */
export function sorted(resources: Registered[]): Registered[] {
  return [...resources]
    .sort((a, b) => (a.urn < b.urn ? -1 : 1))
    .map((one) => ({ ...one, dependencies: [...one.dependencies].sort() }));
}
