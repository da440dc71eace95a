"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { promisify } = require("node:util");
const { connect } = require("./connect.cjs");

// The code with which SFTP says that a file is not there.
const NO_SUCH_FILE = 2;

/** Copies an asset or a directory to a remote host as `command:remote:CopyToRemote` does. */
async function copyToRemote({ connection, source, remotePath }, context) {
  const client = await connect(connection, context);
  const stop = () => client.destroy();
  context.stop.addEventListener("abort", stop);
  try {
    const sftp = remoteFiles(await promisify(client.sftp.bind(client))());
    if (typeof source.text === "string") await copyText(sftp, source.text, remotePath);
    else await copyPath(sftp, source.path, remotePath);
  } finally {
    context.stop.removeEventListener("abort", stop);
    client.end();
  }
}

async function copyText(sftp, text, target) {
  if ((await sftp.kind(target)) === "directory") {
    throw new Error(
      `remote path ${target} is a directory; when using a text asset, remotePath must be a file path`,
    );
  }
  await sftp.makeDirectories(path.posix.dirname(target));
  await sftp.write(target, text);
}

/**
 * A file goes to the path, or into it if that is a directory. A directory goes into the path as itself, or with a
 * trailing slash as its contents.
 */
async function copyPath(sftp, source, target) {
  const there = await sftp.kind(target);
  if (!fs.statSync(source).isDirectory()) {
    if (there === "none") await sftp.makeDirectories(path.posix.dirname(target));
    return sftp.put(source, there === "directory" ? path.posix.join(target, path.basename(source)) : target);
  }
  if (there === "file") throw new Error(`remote path ${target} exists but is not a directory`);
  await sftp.makeDirectories(target);
  await copyDirectory(
    sftp,
    source,
    source.endsWith("/") ? target : path.posix.join(target, path.basename(source)),
  );
}

async function copyDirectory(sftp, source, target) {
  if ((await sftp.kind(target)) === "file")
    throw new Error(`remote path ${target} exists but is not a directory`);
  await sftp.makeDirectories(target);
  for (const name of fs.readdirSync(source)) {
    const [from, to] = [path.join(source, name), path.posix.join(target, name)];
    if (fs.statSync(from).isDirectory()) await copyDirectory(sftp, from, to);
    else await sftp.put(from, to);
  }
}

function remoteFiles(sftp) {
  const stat = promisify(sftp.stat.bind(sftp));
  const mkdir = promisify(sftp.mkdir.bind(sftp));
  const files = {
    async kind(target) {
      try {
        return (await stat(target)).isDirectory() ? "directory" : "file";
      } catch (problem) {
        if (problem.code === NO_SUCH_FILE) return "none";
        throw new Error(`failed to stat remote path ${target}: ${problem.message}`, { cause: problem });
      }
    },
    async makeDirectories(target) {
      if (target === "." || target === "/" || (await files.kind(target)) !== "none") return;
      await files.makeDirectories(path.posix.dirname(target));
      await mkdir(target);
    },
    put: promisify(sftp.fastPut.bind(sftp)),
    write: promisify(sftp.writeFile.bind(sftp)),
  };
  return files;
}

module.exports = { copyToRemote };
