"use strict";
const { setTimeout: wait } = require("node:timers/promises");
const { Client } = require("ssh2");

/** Opens an SSH connection, through the proxy if there is one, trying again as often as the inputs allow. */
async function connect(connection, { stop, onLine }) {
  if (!connection.proxy) {
    return retrying("Dial", connection, { stop, onLine }, () => dial(connection, {}));
  }
  try {
    const { proxy } = connection;
    const bridge = await retrying("Dial proxy", proxy, { stop, onLine }, () => dial(proxy, {}));
    const client = await retrying("Dial from proxy", connection, { stop, onLine }, async () =>
      dial(connection, { sock: await forward(bridge, connection) }),
    );
    client.on("close", () => bridge.end());
    return client;
  } catch (problem) {
    throw new Error(`proxy: ${problem.message}`, { cause: problem });
  }
}

async function retrying(what, { dialErrorLimit: limit }, { stop, onLine }, attempt) {
  let pause = 100;
  for (let failed = 1; ; failed++) {
    stop.throwIfAborted();
    try {
      return await attempt();
    } catch (problem) {
      if (limit > -1 && failed > limit) {
        throw new Error(`after ${failed - 1} failed attempts: ${problem.message}`, { cause: problem });
      }
      onLine(`${what} ${failed}/${limit === -1 ? "inf" : limit} failed: retrying`);
    }
    await wait(pause, undefined, { signal: stop });
    pause = Math.min(pause * 1.5, 5000);
  }
}

function dial(connection, { sock }) {
  const client = new Client();
  const answerWithPassword = (_name, _instructions, _language, prompts, finish) =>
    finish(prompts.map(() => connection.password));
  return new Promise((resolve, reject) => {
    client.on("ready", () => resolve(client));
    client.on("error", reject);
    client.on("close", () => reject(new Error("the connection was closed")));
    client.on("keyboard-interactive", answerWithPassword);
    client.connect({
      sock,
      host: connection.host,
      port: connection.port,
      username: connection.user,
      password: connection.password,
      tryKeyboard: connection.password !== undefined,
      privateKey: connection.privateKey,
      passphrase: connection.privateKeyPassword,
      agent: connection.agentSocketPath ?? process.env.SSH_AUTH_SOCK,
      readyTimeout: connection.perDialTimeout * 1000,
      hostVerifier: connection.hostKey === undefined ? undefined : isKey(connection.hostKey),
    });
  });
}

/** Compares a host's key with an expected one, written as in authorized_keys: type, key, comment. */
function isKey(expected) {
  const encoded = expected.trim().split(/\s+/)[1];
  if (!encoded) throw new Error("failed to parse host key: it must be written as `<type> <key in base64>`");
  return (key) => Buffer.from(encoded, "base64").equals(key);
}

function forward(bridge, { host, port }) {
  return new Promise((resolve, reject) => {
    bridge.forwardOut("127.0.0.1", 0, host, port, (problem, stream) =>
      problem ? reject(problem) : resolve(stream),
    );
  });
}

/** The connection with the defaults that are recorded with it. */
function withDefaults(connection) {
  const given = Object.fromEntries(Object.entries(connection).filter(([, value]) => value != null));
  const complete = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15, ...given };
  if (complete.proxy) complete.proxy = withDefaults(complete.proxy);
  return complete;
}

module.exports = { connect, withDefaults };
