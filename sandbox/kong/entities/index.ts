import { consumers } from "./consumers";
import { keyAuth } from "./key-auth";
import { plugins } from "./plugins";
import { routes } from "./routes";
import { services } from "./services";
import type { Entity } from "./types";
import { targets, upstreams } from "./upstreams";

export const ENTITIES: Entity[] = [services, routes, consumers, plugins, upstreams, targets, keyAuth];
