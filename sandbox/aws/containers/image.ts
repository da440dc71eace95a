import { kongImage } from "./kong";
import { postgresImage } from "./postgres";

/** What a container has of its own. */
export interface Place {
  /** Its address, where others reach it. */
  ip: string;
  /** Its own, empty at first, gone with it. */
  directory: string;
}

/** What an image brings along. */
export interface Image {
  /** Run when a container is given no command. */
  command: string[];
  /** Turns what the container is to run into what is run here. */
  entryPoint(command: string[]): string[];
  /** Directories of its programs, before the machine's own on PATH. */
  programs: string[];
  /** The container's environment, made of what it is given. */
  environment(given: Record<string, string>, place: Place): Record<string, string>;
  /** What asks it to end: the image's STOPSIGNAL, which ECS sends in place of SIGTERM. */
  stopSignal: NodeJS.Signals;
}

/** The last part of an image's name, and its tag: `registry:5000/kong/kong-gateway:3.10.0.11@sha256:…`. */
function partsOf(image: string): { name: string; tag: string } {
  const [reference = ""] = image.split("@");
  const [name = "", tag = "latest"] = (reference.split("/").at(-1) ?? "").split(":");
  return { name, tag };
}

/** Finds an image by its name. Throws as ECS says it of an image that no registry has. */
export function pullImage(image: string): Image {
  const { name, tag } = partsOf(image);
  const found = name.endsWith("postgres")
    ? postgresImage()
    : /(^|-)kong(-gateway)?$/.test(name)
      ? kongImage(tag)
      : undefined;
  if (found) return found;
  throw new Error(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
  );
}
