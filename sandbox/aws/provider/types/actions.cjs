"use strict";
// The actions of a listener or of one of its rules: how a program writes them, and how AWS does.
const { UNKNOWN, hasUnknown } = require("../../../../tools/engine/command-plugin/property-values.cjs");

const DEFAULT_WEIGHT = 1;

/** As AWS takes them. A top-level target group stands beside the weights, which it must agree with: see `conflicts`. */
function toAws(actions) {
  return actions.map((action, i) => ({
    Type: action.type,
    Order: action.order ?? i + 1,
    TargetGroupArn: action.type === "forward" ? action.targetGroupArn : undefined,
    ForwardConfig: action.type === "forward" && action.forward ? forward(action.forward) : undefined,
    FixedResponseConfig: action.fixedResponse && {
      ContentType: action.fixedResponse.contentType,
      MessageBody: action.fixedResponse.messageBody,
      StatusCode: action.fixedResponse.statusCode,
    },
    RedirectConfig: action.redirect && {
      Host: action.redirect.host ?? "#{host}",
      Path: action.redirect.path ?? "/#{path}",
      Port: action.redirect.port ?? "#{port}",
      Protocol: action.redirect.protocol ?? "#{protocol}",
      Query: action.redirect.query ?? "#{query}",
      StatusCode: action.redirect.statusCode,
    },
  }));
}

function forward({ targetGroups, stickiness }) {
  return {
    TargetGroups: targetGroups.map(({ arn, weight }) => ({
      TargetGroupArn: arn,
      Weight: weight ?? DEFAULT_WEIGHT,
    })),
    TargetGroupStickinessConfig: stickiness && {
      Enabled: stickiness.enabled ?? false,
      DurationSeconds: stickiness.duration,
    },
  };
}

/** With the weights that AWS has: where none was written, 1. */
function settled(actions) {
  if (!Array.isArray(actions)) return actions;
  return withGroups(actions, (group) => ({ ...group, weight: group.weight ?? DEFAULT_WEIGHT }));
}

function withGroups(actions, change) {
  return actions.map((action) => {
    const groups = action.forward?.targetGroups;
    if (!Array.isArray(groups)) return action;
    return { ...action, forward: { ...action.forward, targetGroups: groups.map(change) } };
  });
}

/** The recorded actions with the weights that AWS answers; a group that is not recorded comes behind the others. */
function refreshed(recorded, live) {
  if (!Array.isArray(recorded)) return fromAws(live);
  const weights = weightsOf(live);
  const known = new Set();
  const changed = withGroups(recorded, (group) => {
    known.add(group.arn);
    return { ...group, weight: weights[group.arn] ?? group.weight };
  });
  const added = Object.keys(weights).filter((arn) => !known.has(arn));
  if (known.size === 0 || added.length === 0) return changed;
  const groups = added.map((arn) => ({ arn, weight: weights[arn] }));
  return changed.map((action) => {
    if (!action.forward) return action;
    return {
      ...action,
      forward: { ...action.forward, targetGroups: [...action.forward.targetGroups, ...groups] },
    };
  });
}

function fromAws(live) {
  return (live ?? []).map((action) => ({
    type: action.Type,
    order: action.Order,
    targetGroupArn: action.TargetGroupArn,
    forward: action.ForwardConfig && {
      targetGroups: action.ForwardConfig.TargetGroups.map((group) => ({
        arn: group.TargetGroupArn,
        weight: group.Weight ?? DEFAULT_WEIGHT,
      })),
    },
    fixedResponse: action.FixedResponseConfig && {
      contentType: action.FixedResponseConfig.ContentType,
      messageBody: action.FixedResponseConfig.MessageBody,
      statusCode: action.FixedResponseConfig.StatusCode,
    },
  }));
}

/** Weights by target group, of actions as AWS writes them. */
function weightsOf(actions) {
  const groups = (actions ?? []).flatMap((action) => action.ForwardConfig?.TargetGroups ?? []);
  return Object.fromEntries(
    groups.map(({ TargetGroupArn, Weight }) => [TargetGroupArn, Weight ?? DEFAULT_WEIGHT]),
  );
}

/** A target group above the weights may not differ from them: the real plugin refuses that, where it let it win once. */
function conflicts(property, actions) {
  if (!Array.isArray(actions)) return [];
  return actions.flatMap((action, i) => {
    const { targetGroupArn: above, forward: below } = action;
    if (!above || above === UNKNOWN || !below || hasUnknown(below)) return [];
    if (below.targetGroups.every(({ arn }) => arn === above)) return [];
    const at = `${property}[${i}]`;
    const reason =
      `You can specify both a top-level target group ARN ("${at}.targetGroupArn") and, with "${at}.forward", ` +
      "a target group list with ARNs, only if the ARNs match.";
    return [{ property, reason }];
  });
}

module.exports = { conflicts, fromAws, refreshed, settled, toAws, weightsOf };
