import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Writes an executable `pulumi-resource-aws` that is the stand-in into a new directory below the given one, and resolves to
 * that directory: before all others on the PATH of an engine, the engine takes it for the plugin.
 */
export async function providerOnPath(directory: string): Promise<string> {
  const bin = path.join(directory, "aws-provider");
  const file = path.join(bin, "pulumi-resource-aws");
  const program = path.join(__dirname, "main.cjs");
  await mkdir(bin, { recursive: true });
  const lines = ["#!/bin/sh", `exec ${quote(process.execPath)} ${quote(program)} "$@"`, ""];
  // Renamed into place: an engine that starts meanwhile finds the whole of it or nothing.
  await writeFile(`${file}.${process.pid}`, lines.join("\n"), { mode: 0o755 });
  await rename(`${file}.${process.pid}`, file);
  return bin;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
