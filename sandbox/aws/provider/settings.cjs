"use strict";
const { URL } = require("node:url");

/** What the provider was configured with, by the stack's config or by an explicit provider resource. */
class Settings {
  region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "us-east-1";
  endpoint = process.env.AWS_ENDPOINT_URL;
  defaultTags = {};

  /** `args` are plain values; what is not text comes as JSON, as the SDK of a provider resource writes it. */
  configure(args) {
    const given = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, parse(value)]));
    if (given.region) this.region = given.region;
    if (given.defaultTags?.tags) this.defaultTags = given.defaultTags.tags;
    const endpoints = [given.endpoints ?? []].flat().flatMap((services) => Object.values(services));
    if (endpoints.length > 0) this.endpoint = endpoints.find((url) => typeof url === "string");
  }

  /** A stand-in must never reach AWS itself, whatever the machine's environment says. */
  emulator() {
    if (!this.endpoint) throw new Error("the stand-in for the aws plugin needs AWS_ENDPOINT_URL");
    const { hostname } = new URL(this.endpoint);
    if (hostname !== "localhost" && !hostname.startsWith("127.")) {
      throw new Error(
        `the stand-in for the aws plugin works on a loopback emulator only, not on ${hostname}`,
      );
    }
    return this.endpoint.replace(/\/$/, "");
  }

  /** All tags of a resource: the provider's, and its own above them. */
  tagsAll(tags) {
    return { ...this.defaultTags, ...tags };
  }
}

function parse(value) {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  return JSON.parse(value);
}

module.exports = { Settings };
