import { eq } from "drizzle-orm";
import { may, RegistryError, requireRight } from "../caller.ts";
import type { CheckConfig } from "../checks/check-input.ts";
import { lintSchema } from "../checks/lint.ts";
import { type NewCheck, requireGraphql, runCheck } from "../checks/run-check.ts";
import { launchContract } from "../contract/launch-contracts.ts";
import { approvals, type GitContext, type LaunchRow, launches, variants } from "../db/tables.ts";
import { deleteSubgraph } from "../launch/delete-subgraph.ts";
import { findVariant, lockVariant, readSources, requireVariant, servedLaunch } from "../launch/launches.ts";
import { publishSchema } from "../launch/publish-schema.ts";
import { publishSubgraph } from "../launch/publish-subgraph.ts";
import { rollBack } from "../launch/roll-back.ts";
import { variantSettings } from "../variant-settings.ts";
import { type Access, pageOf } from "./access.ts";
import { presentLint } from "./present-check.ts";
import { presentErrors } from "./present-errors.ts";
import { LaunchApi, PublicationApi, VariantApi } from "./variant-api.ts";

interface PublishArguments {
  graphVariant: string;
  name: string;
  url?: string | null;
  activePartialSchema: { sdl?: string | null };
  gitContext?: GitContext | null;
}

interface ContractArguments {
  contractVariantName: string;
  sourceVariant?: string | null;
  filterConfig: { include: string[]; exclude: string[]; hideUnreachableTypes: boolean };
  initiateLaunch: boolean;
}

const namePattern = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;

export class GraphMutationApi {
  constructor(private readonly access: Access) {}

  variant({ name }: { name: string }) {
    return new VariantMutationApi(this.access, name);
  }

  async publishSubgraph({ graphVariant, name, url, activePartialSchema, gitContext }: PublishArguments) {
    const { caller } = this.access;
    requireRight(caller, "publish");
    const sdl = activePartialSchema.sdl ?? "";
    if (!namePattern.test(name))
      throw new RegistryError("BAD_INPUT", `${name} cannot be the name of a subgraph`);
    requireGraphql(sdl);
    const cause = { variant: graphVariant, actor: caller.keyName, git: { ...gitContext } };
    const { launch, wasCreated, wasUpdated } = await this.access.transact((tx) =>
      publishSubgraph(tx, cause, { name, url: url ?? null, sdl }),
    );
    return {
      ...{ wasCreated, wasUpdated },
      compositionConfig: launch?.apiHash ? { schemaHash: launch.apiHash } : null,
      errors: presentErrors(launch?.errors ?? []),
      updatedGateway: Boolean(launch?.supergraphHash),
      ...this.whereToLook(launch),
    };
  }

  async removeImplementingServiceAndTriggerComposition(given: {
    graphVariant: string;
    name: string;
    dryRun: boolean;
  }) {
    const { caller } = this.access;
    requireRight(caller, "publish");
    const cause = { variant: given.graphVariant, actor: caller.keyName, git: {} };
    const { errors, isServed } = await this.access.transact(async (tx) => {
      await requireVariant(tx, given.graphVariant);
      return deleteSubgraph(tx, cause, { name: given.name, isDryRun: given.dryRun });
    });
    return { errors: presentErrors(errors), updatedGateway: isServed };
  }

  async uploadSchema(given: { tag: string; schemaDocument?: string | null; gitContext?: GitContext | null }) {
    const { caller } = this.access;
    requireRight(caller, "publish");
    const cause = { variant: given.tag, actor: caller.keyName, git: { ...given.gitContext } };
    const { published, variant } = await this.access.transact(async (tx) => {
      const done = await publishSchema(tx, cause, given.schemaDocument ?? "");
      return { published: done, variant: await findVariant(tx, given.tag) };
    });
    if ("problem" in published || !variant) {
      const message = "problem" in published ? published.problem : "The variant is gone";
      return { code: "INVALID_SCHEMA", message, success: false, publication: null };
    }
    const publication = new PublicationApi(
      this.access,
      new VariantApi(this.access, variant),
      published.launch,
    );
    const code = published.isNew ? "UPLOAD_SUCCESS" : "NO_CHANGES";
    return { code, message: "The schema is published", success: true, publication };
  }

  lintSchema({ sdl, baseSdl }: { sdl: string; baseSdl?: string | null }) {
    requireRight(this.access.caller, "check");
    requireGraphql(sdl);
    return presentLint(lintSchema(sdl, { base: baseSdl ?? undefined }));
  }

  private whereToLook(launch: LaunchRow | undefined) {
    if (!launch) return { launchUrl: null, launchCliCopy: null };
    const launchUrl = pageOf(this.access, "launches", launch.id);
    return { launchUrl, launchCliCopy: `You can look at launch ${launch.id} here: ${launchUrl}` };
  }

  async upsertContractVariant(given: ContractArguments) {
    requireRight(this.access.caller, "publish");
    const { contractVariantName: name, sourceVariant, filterConfig, initiateLaunch } = given;
    const { include, exclude, hideUnreachableTypes: hideUnreachable } = filterConfig;
    try {
      return await this.access.transact(async (tx) => {
        const { settings } = await lockVariant(tx, name);
        const source = sourceVariant ?? settings.contract?.source;
        if (!source) throw new RegistryError("BAD_INPUT", `${name} is new: it needs a source variant`);
        const served = await servedLaunch(tx, (await requireVariant(tx, source)).name);
        const contract = variantSettings.shape.contract
          .unwrap()
          .parse({ source, include, exclude, hideUnreachable });
        await tx
          .update(variants)
          .set({ settings: { ...settings, contract } })
          .where(eq(variants.name, name));
        const isLaunched = initiateLaunch && served?.subgraphs;
        const launch = isLaunched
          ? await launchContract(
              tx,
              { name, contract },
              { source: served, sources: await readSources(tx, served.subgraphs ?? []) },
            )
          : undefined;
        return {
          __typename: "ContractVariantUpsertSuccess",
          contractVariant: new VariantApi(this.access, await requireVariant(tx, name)),
          ...this.whereToLook(launch),
        };
      });
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      return { __typename: "ContractVariantUpsertErrors", errorMessages: [error.message] };
    }
  }
}

interface SubgraphCheckInput {
  subgraphName: string;
  proposedSchema: string;
  config: CheckConfig;
  gitContext: GitContext;
}

interface SchemaCheckInput {
  proposedSchemaDocument?: string | null;
  config: CheckConfig;
  gitContext: GitContext;
}

class VariantMutationApi {
  constructor(
    private readonly access: Access,
    private readonly name: string,
  ) {}

  submitSubgraphCheckAsync({ input }: { input: SubgraphCheckInput }) {
    const { subgraphName: subgraph, proposedSchema: sdl, config, gitContext: git } = input;
    return this.check({ subgraph, sdl, config, git });
  }

  submitCheckSchemaAsync({ input }: { input: SchemaCheckInput }) {
    const { proposedSchemaDocument, config, gitContext: git } = input;
    return this.check({ sdl: proposedSchemaDocument ?? "", config, git });
  }

  async delete() {
    requireRight(this.access.caller, "administer");
    await this.access.transact(async (tx) => {
      await requireVariant(tx, this.name);
      await lockVariant(tx, this.name);
      await tx.delete(launches).where(eq(launches.variant, this.name));
      await tx.delete(variants).where(eq(variants.name, this.name));
    });
    return { deleted: true };
  }

  async rollBack({ launch }: { launch?: string | null }) {
    const { caller } = this.access;
    requireRight(caller, "publish");
    const to = launch == null ? undefined : Number(launch);
    const row = await this.access.transact(async (tx) => {
      await requireVariant(tx, this.name);
      return rollBack(tx, { variant: this.name, to, actor: caller.keyName });
    });
    return new LaunchApi(this.access, row);
  }

  async approveChange({ change }: { change: string }) {
    const { caller } = this.access;
    requireRight(caller, "administer");
    await this.access.transact(async (tx) => {
      await requireVariant(tx, this.name);
      const approval = { variant: this.name, change: change.slice(0, 500), actor: caller.keyName };
      await tx.insert(approvals).values(approval).onConflictDoNothing();
    });
    return true;
  }

  async configure({ settings }: { settings: string }) {
    requireRight(this.access.caller, "administer");
    const wanted = readSettings(settings);
    await this.access.transact(async (tx) => {
      const { settings: known } = await lockVariant(tx, this.name);
      // What a contract is, Rover's `contract publish` says.
      const contract = known.contract && { contract: known.contract };
      await tx
        .update(variants)
        .set({ settings: { ...wanted, ...contract } })
        .where(eq(variants.name, this.name));
    });
    return true;
  }

  private async check(given: Omit<NewCheck, "variant" | "actor">) {
    const { access } = this;
    const { caller } = access;
    if (!may(caller, "check")) {
      return { __typename: "PermissionError", message: `A key with the role ${caller.role} may not check` };
    }
    try {
      const row = await access.transact((tx) =>
        runCheck(tx, { ...given, git: { ...given.git }, variant: this.name, actor: caller.keyName }),
      );
      const targetURL = pageOf(access, "checks", row.id);
      return { __typename: "CheckRequestSuccess", targetURL, workflowID: row.id };
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      return { __typename: "InvalidInputError", message: error.message };
    }
  }
}

function readSettings(text: string) {
  try {
    return variantSettings.omit({ contract: true }).parse(JSON.parse(text));
  } catch (error) {
    throw new RegistryError("BAD_INPUT", `The settings are wrong: ${(error as Error).message}`);
  }
}
