#!/usr/bin/env python3
"""Starts, checks or stops the gateway of an instance, as /etc/gateway-upgrade/node.json says.

What is secret is fetched at each start by the instance's own role, and handed over in the environment alone: it never
lies on the disk, in user data or in an argument list. Nothing of the file reaches a shell.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

PLACE = os.environ.get("GATEWAY_NODE", "/etc/gateway-upgrade/node.json")


def secrets(node):
    """The secret variables, by name. A key that the secret lacks is an error that names it."""
    if not node["secrets"]:
        return {}
    command = ["aws", "secretsmanager", "get-secret-value", "--region", node["region"]]
    command += ["--secret-id", node["secret"], "--query", "SecretString", "--output", "text"]
    answer = subprocess.run(command, stdout=subprocess.PIPE, universal_newlines=True)
    if answer.returncode != 0:
        sys.exit("the secret %s cannot be read: the AWS CLI ended with %d" % (node["secret"], answer.returncode))
    values = json.loads(answer.stdout)
    missing = sorted(key for key in node["secrets"].values() if key not in values)
    if missing:
        sys.exit("the secret %s has no %s" % (node["secret"], ", ".join(missing)))
    return {variable: values[key] for variable, key in node["secrets"].items()}


def start(node):
    os.environ.update(node["environment"])
    os.environ.update(secrets(node))
    os.execvp(node["start"][0], node["start"])


def stop(node):
    os.execvp(node["quit"][0], node["quit"])


def said_version(check):
    """What the node says its version is; None where it does not say, as where its Admin API asks who is there."""
    for _ in range(check["attempts"]):
        try:
            with urllib.request.urlopen(check["url"], timeout=5) as answer:
                return json.loads(answer.read().decode("utf-8")).get(check["field"])
        except urllib.error.HTTPError:
            return None
        except (OSError, ValueError):
            time.sleep(1)
    return None


def check(node):
    """Fails where the machine image has another version of the gateway than the slot: it must not serve."""
    wanted = node["check"]["version"]
    said = said_version(node["check"])
    if said is None:
        print("the gateway does not say its version; the slot's is %s" % wanted)
    elif said != wanted:
        sys.exit("the machine image has version %s of the gateway, not the slot's %s" % (said, wanted))


def main():
    with open(PLACE, encoding="utf-8") as file:
        node = json.load(file)
    {"start": start, "stop": stop, "check": check}[sys.argv[1]](node)


if __name__ == "__main__":
    main()
