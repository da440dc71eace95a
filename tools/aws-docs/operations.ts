/** A resource as the engine exports it. */
export interface ExportedResource {
  urn: string;
  type: string;
  custom?: boolean;
  id?: string;
  parent?: string;
  inputs?: Record<string, unknown>;
  dependencies?: string[];
}

/** One operation of an update, and its place in the order: what has the same place runs side by side. */
export interface OrderedOperation {
  place: number;
  operation: "create" | "update" | "delete";
  type: string;
  name: string;
}

const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

/** What a resource waits for: its own dependencies, and those of the components that it is part of. */
function waitsFor(resource: ExportedResource, byUrn: Map<string, ExportedResource>): string[] {
  const parent = resource.parent === undefined ? undefined : byUrn.get(resource.parent);
  return [...(resource.dependencies ?? []), ...(parent ? waitsFor(parent, byUrn) : [])];
}

/** How deep each resource's dependencies go, counted over those that are of interest. */
function depths(resources: ExportedResource[], isCounted: (urn: string) => boolean): Map<string, number> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const known = new Map<string, number>();
  const depth = (urn: string): number => {
    const before = known.get(urn);
    if (before !== undefined) return before;
    const resource = byUrn.get(urn);
    const below = resource ? waitsFor(resource, byUrn).filter((each) => byUrn.has(each)) : [];
    const deepest = Math.max(0, ...below.map((each) => depth(each) + (isCounted(each) ? 1 : 0)));
    known.set(urn, deepest);
    return deepest;
  };
  for (const { urn } of resources) depth(urn);
  return known;
}

/** Inputs as one text. What is secret is encrypted anew at each export: no change of it is seen here. */
function plain(inputs: unknown): string {
  return JSON.stringify(inputs, (key, value: unknown) => (key === "ciphertext" ? "" : value));
}

/** Resources of AWS and commands of ours: neither components nor what the engine keeps for itself. */
function isShown({ type, custom }: ExportedResource): boolean {
  return custom === true && /^(aws|command):/.test(type);
}

/**
 * What an update did, from the states before and after it, in the order that the recorded dependencies demand: creates and
 * updates first, then deletes, what depends on others before them.
 */
export function operationsBetween(before: ExportedResource[], after: ExportedResource[]): OrderedOperation[] {
  const was = new Map(before.filter(isShown).map((resource) => [resource.urn, resource]));
  const is = new Map(after.filter(isShown).map((resource) => [resource.urn, resource]));
  const made = [...is.values()].filter(({ urn, id }) => was.get(urn)?.id !== id);
  const changed = [...is.values()].filter(
    ({ urn, id, inputs }) => was.get(urn)?.id === id && plain(was.get(urn)?.inputs) !== plain(inputs),
  );
  const gone = [...was.values()].filter(({ urn, id }) => is.get(urn)?.id !== id);
  const touched = new Set([...made, ...changed].map(({ urn }) => urn));
  const removed = new Set(gone.map(({ urn }) => urn));
  const ahead = depths(after, (urn) => touched.has(urn));
  const behind = depths(before, (urn) => removed.has(urn));
  const last = Math.max(-1, ...[...touched].map((urn) => ahead.get(urn) ?? 0));
  const deepest = Math.max(0, ...gone.map(({ urn }) => behind.get(urn) ?? 0));
  const show =
    (operation: OrderedOperation["operation"], place: (urn: string) => number) =>
    (resource: ExportedResource) => ({
      place: place(resource.urn),
      operation,
      type: resource.type,
      name: nameOf(resource.urn),
    });
  const all = [
    ...made.map(show("create", (urn) => ahead.get(urn) ?? 0)),
    ...changed.map(show("update", (urn) => ahead.get(urn) ?? 0)),
    ...gone.map(show("delete", (urn) => last + 1 + deepest - (behind.get(urn) ?? 0))),
  ];
  return numbered(all.sort((a, b) => a.place - b.place || (a.name < b.name ? -1 : 1)));
}

/** Places without gaps, from 1 on. */
function numbered(operations: OrderedOperation[]): OrderedOperation[] {
  const places = [...new Set(operations.map(({ place }) => place))];
  return operations.map((each) => ({ ...each, place: places.indexOf(each.place) + 1 }));
}
