import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import ssh2, { type Connection, type Session } from "ssh2";

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/** A host of its own on this machine: user and password "tester", commands run here, files under `root`. */
export interface SshHost {
  port: number;
  publicKey: string;
  root: string;
  /** How many connections are refused before one is taken. */
  refuse: number;
  close(): Promise<void>;
}

export async function startSshHost(): Promise<SshHost> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "ssh-host-"));
  const keyFile = path.join(root, "host-key");
  await promisify(execFile)("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", keyFile]);
  const server = new ssh2.Server({ hostKeys: [fs.readFileSync(keyFile)] });
  const host: SshHost = {
    port: 0,
    publicKey: fs.readFileSync(`${keyFile}.pub`, "utf8"),
    root,
    refuse: 0,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(root, { recursive: true });
    },
  };
  server.on("connection", (client) => {
    client.on("error", () => {});
    if (host.refuse-- > 0) client.end();
    else serve(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host.port = (server.address() as AddressInfo).port;
  return host;
}

function serve(client: Connection): void {
  client.on("authentication", (request) => {
    if (request.method === "password" && request.username === "tester" && request.password === "tester") {
      request.accept();
    } else {
      request.reject(["password"]);
    }
  });
  client.on("session", (accept) => {
    const session = accept();
    runCommands(session);
    serveFiles(session);
  });
}

function runCommands(session: Session): void {
  const env: Record<string, string> = {};
  session.on("env", (accept, reject, { key, val }: { key: string; val: string }) => {
    const allowed = !key.startsWith("REFUSED");
    if (allowed) env[key] = val;
    (allowed ? (accept as (() => void) | undefined) : (reject as (() => void) | undefined))?.();
  });
  session.on("exec", (accept, _reject, { command }) => {
    const channel = accept();
    const child = spawn("/bin/sh", ["-c", command], { env: { PATH: process.env.PATH, ...env } });
    channel.pipe(child.stdin);
    child.stdin.on("error", () => {});
    child.stdout.on("data", (chunk: Buffer) => channel.write(chunk));
    child.stderr.on("data", (chunk: Buffer) => channel.stderr.write(chunk));
    child.on("close", (code) => {
      channel.exit(code ?? 1);
      channel.end();
    });
  });
}

/** As much of SFTP as a copy needs. */
function serveFiles(session: Session): void {
  session.on("sftp", (accept) => {
    const sftp = accept();
    const handles = new Map<number, number>();
    const opened = (handle: Buffer): number => handles.get(handle.readUInt32BE(0))!;
    const answer = (id: number, work: () => void): void => {
      try {
        work();
        sftp.status(id, STATUS_CODE.OK);
      } catch (problem) {
        const missing = (problem as NodeJS.ErrnoException).code === "ENOENT";
        sftp.status(id, missing ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
      }
    };
    const stat = (id: number, file: string): void => {
      if (fs.existsSync(file)) sftp.attrs(id, attributes(file));
      else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    };
    sftp.on("STAT", stat);
    sftp.on("LSTAT", stat);
    sftp.on("FSTAT", (id, handle) => sftp.attrs(id, attributes(opened(handle))));
    sftp.on("MKDIR", (id, file) => answer(id, () => fs.mkdirSync(file)));
    sftp.on("FSETSTAT", (id) => answer(id, () => {}));
    sftp.on("OPEN", (id, file, flags) => {
      if (!(flags & OPEN_MODE.WRITE)) return sftp.status(id, STATUS_CODE.OP_UNSUPPORTED);
      const fd = fs.openSync(file, "w");
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(fd);
      handles.set(fd, fd);
      sftp.handle(id, handle);
    });
    sftp.on("WRITE", (id, handle, offset, data) =>
      answer(id, () => fs.writeSync(opened(handle), data, 0, data.length, offset)),
    );
    sftp.on("CLOSE", (id, handle) => answer(id, () => fs.closeSync(opened(handle))));
  });
}

function attributes(file: string | number): {
  mode: number;
  uid: number;
  gid: number;
  size: number;
  atime: number;
  mtime: number;
} {
  const { mode, uid, gid, size } = typeof file === "number" ? fs.fstatSync(file) : fs.statSync(file);
  return { mode, uid, gid, size, atime: 0, mtime: 0 };
}
