"use strict";
// The query protocol, spoken by hand for the services whose SDK client is no dependency of this project: ec2, iam and sts.
const { URLSearchParams } = require("node:url");
const { authorization } = require("./credentials.cjs");
const { serviceError } = require("./service-error.cjs");

const VERSIONS = { ec2: "2016-11-15", iam: "2010-05-08", sts: "2011-06-15" };

function queryCaller(service, { endpoint, region }) {
  if (!VERSIONS[service]) return undefined;
  return async (action, input, signal) => {
    const form = new URLSearchParams({ Action: action, Version: VERSIONS[service] });
    // ec2 writes a list as Name.1; iam and sts as Name.member.1.
    flatten(form, "", input, service === "ec2" ? "" : "member.");
    const response = await fetch(`${endpoint}/`, {
      method: "POST",
      signal,
      headers: {
        authorization: authorization(service, region),
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      },
      body: form.toString(),
    });
    const xml = await response.text();
    const read = reader(xml);
    if (!response.ok) throw serviceError(read.first("Code"), read.first("Message"), response.status);
    return read;
  };
}

function flatten(form, name, value, list) {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) value.forEach((item, i) => flatten(form, `${name}.${list}${i + 1}`, item, list));
  else if (typeof value === "object") {
    for (const [key, item] of Object.entries(value)) flatten(form, name ? `${name}.${key}` : key, item, list);
  } else form.set(name, String(value));
}

/** Texts of an answer by the name of their element: the answers read here have no nesting that matters. */
function reader(xml) {
  const all = (name) =>
    [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text]) => plainText(text));
  return { first: (name) => all(name)[0], all };
}

function plainText(text) {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

module.exports = { queryCaller };
