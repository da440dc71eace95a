"use strict";

/** An emulator takes any credentials; those of the environment are used, so that its log shows who called. */
function credentials() {
  return {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? "test",
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? "test",
  };
}

/** An emulator reads the service from the scope and does not verify the signature, so there is none. */
function authorization(service, region) {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  const scope = `${credentials().accessKeyId}/${day}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
}

module.exports = { authorization, credentials };
