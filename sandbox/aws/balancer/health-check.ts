import { request } from "node:http";
import { createConnection } from "node:net";

/** How long a target may take to answer, in milliseconds. */
const patience = 2_000;

/** Why a target does not count as healthy, as DescribeTargetHealth calls it. */
export type Failure = "Target.ResponseCodeMismatch" | "Target.Timeout" | "Target.FailedHealthChecks";

/** Asks a target once; undefined when all is well. */
export function checkHealth(host: string, port: number, path: string): Promise<Failure | undefined> {
  return path === "" ? checkConnection(host, port) : checkAnswer(host, port, path);
}

function checkAnswer(host: string, port: number, path: string): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const headers = { "user-agent": "ELB-HealthChecker/2.0", connection: "close" };
    const asked = request({ host, port, path, headers, agent: false, timeout: patience }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? undefined : "Target.ResponseCodeMismatch");
    });
    asked.once("timeout", () => {
      resolve("Target.Timeout");
      asked.destroy();
    });
    asked.on("error", () => resolve("Target.FailedHealthChecks"));
    asked.end();
  });
}

function checkConnection(host: string, port: number): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: patience });
    const end = (failure?: Failure) => {
      resolve(failure);
      socket.destroy();
    };
    socket.once("connect", () => end());
    socket.once("timeout", () => end("Target.Timeout"));
    socket.once("error", () => end("Target.FailedHealthChecks"));
  });
}
