const small = ["nano", "micro", "small", "medium", "large", "xlarge"];

/** How large an instance class is beside others, by the end of its name; undefined where that says nothing. */
export function sizeOfClass(name: string): number | undefined {
  const size = name.split(".")[2] ?? "";
  const index = small.indexOf(size);
  if (index >= 0) return 2 ** index;
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : Number(times) * 2 ** (small.length - 1);
}
