"use strict";
const { hasCode } = require("../wire/service-error.cjs");

/** Inputs of an instance, and the names that the calls of RDS have for them. */
const PARAMETERS = {
  allocatedStorage: "AllocatedStorage",
  allowMajorVersionUpgrade: "AllowMajorVersionUpgrade",
  autoMinorVersionUpgrade: "AutoMinorVersionUpgrade",
  availabilityZone: "AvailabilityZone",
  backupRetentionPeriod: "BackupRetentionPeriod",
  backupWindow: "PreferredBackupWindow",
  caCertIdentifier: "CACertificateIdentifier",
  copyTagsToSnapshot: "CopyTagsToSnapshot",
  dbName: "DBName",
  dbSubnetGroupName: "DBSubnetGroupName",
  deletionProtection: "DeletionProtection",
  enabledCloudwatchLogsExports: "EnableCloudwatchLogsExports",
  engine: "Engine",
  engineVersion: "EngineVersion",
  iamDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
  instanceClass: "DBInstanceClass",
  iops: "Iops",
  kmsKeyId: "KmsKeyId",
  maintenanceWindow: "PreferredMaintenanceWindow",
  manageMasterUserPassword: "ManageMasterUserPassword",
  maxAllocatedStorage: "MaxAllocatedStorage",
  monitoringInterval: "MonitoringInterval",
  monitoringRoleArn: "MonitoringRoleArn",
  multiAz: "MultiAZ",
  networkType: "NetworkType",
  optionGroupName: "OptionGroupName",
  parameterGroupName: "DBParameterGroupName",
  password: "MasterUserPassword",
  performanceInsightsEnabled: "EnablePerformanceInsights",
  performanceInsightsRetentionPeriod: "PerformanceInsightsRetentionPeriod",
  port: "Port",
  publiclyAccessible: "PubliclyAccessible",
  storageEncrypted: "StorageEncrypted",
  storageThroughput: "StorageThroughput",
  storageType: "StorageType",
  username: "MasterUsername",
  vpcSecurityGroupIds: "VpcSecurityGroupIds",
};

/** The named inputs as parameters of a call. */
function parameters(inputs, names) {
  const given = { ...inputs, password: inputs.password ?? inputs.passwordWo };
  const set = names.filter((name) => name in PARAMETERS && given[name] !== undefined);
  return Object.fromEntries(set.map((name) => [PARAMETERS[name], given[name]]));
}

/** The record of an instance in RDS, or undefined where there is none. */
async function find(aws, identifier) {
  try {
    const { DBInstances } = await aws.call("rds", "DescribeDBInstances", {
      DBInstanceIdentifier: identifier,
    });
    return DBInstances?.[0];
  } catch (problem) {
    if (hasCode(problem, "DBInstanceNotFound")) return undefined;
    throw problem;
  }
}

/** What a program may read of it. */
function computed(found) {
  const { Address: address, Port: port, HostedZoneId: hostedZoneId } = found.Endpoint ?? {};
  return {
    address,
    port,
    hostedZoneId,
    endpoint: address && `${address}:${port}`,
    arn: found.DBInstanceArn,
    resourceId: found.DbiResourceId,
    status: found.DBInstanceStatus,
    identifier: found.DBInstanceIdentifier,
    allocatedStorage: found.AllocatedStorage,
    availabilityZone: found.AvailabilityZone,
    backupRetentionPeriod: found.BackupRetentionPeriod,
    backupWindow: found.PreferredBackupWindow,
    caCertIdentifier: found.CACertificateIdentifier,
    dbName: found.DBName,
    dbSubnetGroupName: found.DBSubnetGroup?.DBSubnetGroupName,
    engine: found.Engine,
    engineVersion: found.EngineVersion,
    engineVersionActual: found.EngineVersion,
    instanceClass: found.DBInstanceClass,
    kmsKeyId: found.KmsKeyId,
    licenseModel: found.LicenseModel,
    maintenanceWindow: found.PreferredMaintenanceWindow,
    masterUserSecrets: (found.MasterUserSecret ? [found.MasterUserSecret] : []).map((secret) => ({
      secretArn: secret.SecretArn,
      secretStatus: secret.SecretStatus,
      kmsKeyId: secret.KmsKeyId,
    })),
    multiAz: found.MultiAZ,
    parameterGroupName: found.DBParameterGroups?.[0]?.DBParameterGroupName,
    storageEncrypted: found.StorageEncrypted,
    storageType: found.StorageType,
    username: found.MasterUsername,
    vpcSecurityGroupIds: (found.VpcSecurityGroups ?? []).map((group) => group.VpcSecurityGroupId),
  };
}

module.exports = { PARAMETERS, computed, find, parameters };
