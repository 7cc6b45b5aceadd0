import { federationVersion } from "../../../rover/compose/federation-version.ts";
import { describeContract } from "../contract/build-contract.ts";
import type { LaunchedSubgraph, LaunchRow, VariantRow } from "../db/tables.ts";
import { changesOf } from "../launch/changes-of.ts";
import { countChanges } from "../launch/count-changes.ts";
import { readDocument } from "../launch/documents.ts";
import { findLaunch, findVariant, latestLaunch, listLaunches } from "../launch/launches.ts";
import type { Access } from "./access.ts";
import { presentErrors } from "./present-errors.ts";

const launchesMax = 100;

/** A variant as it is read. */
export class VariantApi {
  readonly __typename = "GraphVariant";
  readonly id: string;
  readonly name: string;

  constructor(
    private readonly access: Access,
    private readonly row: VariantRow,
  ) {
    this.id = `${row.graphId}@${row.name}`;
    this.name = row.name;
  }

  async subgraphs() {
    const latest = await this.access.read((tx) => latestLaunch(tx, this.name));
    return latest?.subgraphs?.map((subgraph) => new SubgraphApi(this.access, subgraph)) ?? null;
  }

  async subgraph({ name }: { name: string }) {
    return (await this.subgraphs())?.find((subgraph) => subgraph.name === name) ?? null;
  }

  async latestPublication() {
    const launch = await this.access.read((tx) => findLaunch(tx, this.row.servedLaunch));
    return launch ? new PublicationApi(this.access, this, launch) : null;
  }

  /** Of a graph without subgraphs there is no supergraph to speak of. */
  async latestApprovedLaunch() {
    const { served, latest } = await this.access.read(async (tx) => ({
      served: await findLaunch(tx, this.row.servedLaunch),
      latest: await latestLaunch(tx, this.name),
    }));
    const launch = served ?? latest;
    return launch?.subgraphs ? new LaunchApi(this.access, launch) : null;
  }

  async latestLaunch() {
    const launch = await this.access.read((tx) => latestLaunch(tx, this.name));
    return launch ? new LaunchApi(this.access, launch) : null;
  }

  async sourceVariant() {
    const { contract } = this.row.settings;
    const source = contract && (await this.access.read((tx) => findVariant(tx, contract.source)));
    return source ? new VariantApi(this.access, source) : null;
  }

  contractFilterConfigDescription() {
    const { contract } = this.row.settings;
    return contract ? describeContract(contract) : null;
  }

  async launches({ limit }: { limit: number }) {
    const wanted = Math.min(Math.max(limit, 1), launchesMax);
    const rows = await this.access.read((tx) => listLaunches(tx, this.name, wanted));
    return rows.map((row) => new LaunchApi(this.access, row));
  }
}

class SubgraphApi {
  readonly name: string;
  readonly url: string | null;
  readonly updatedAt: string;

  constructor(
    private readonly access: Access,
    private readonly subgraph: LaunchedSubgraph,
  ) {
    ({ name: this.name, url: this.url, updatedAt: this.updatedAt } = subgraph);
  }

  async activePartialSchema() {
    const { hash } = this.subgraph;
    return { hash, sdl: await this.access.read((tx) => readDocument(tx, hash)) };
  }
}

export class LaunchApi {
  readonly id: string;
  readonly kind: string;
  readonly actor: string;
  readonly commit: string | null;
  readonly createdAt: string;
  readonly buildInput = { __typename: "CompositionBuildInput", version: federationVersion };

  constructor(
    private readonly access: Access,
    private readonly row: LaunchRow,
  ) {
    this.id = String(row.id);
    this.kind = row.kind;
    this.actor = row.actor;
    this.commit = row.git.commit ?? null;
    this.createdAt = row.createdAt.toISOString();
  }

  build() {
    const { supergraphHash, apiHash, errors } = this.row;
    if (supergraphHash === null) {
      return { result: { __typename: "BuildFailure", errorMessages: presentErrors(errors) } };
    }
    const read = (hash: string | null) => this.access.read((tx) => readDocument(tx, hash));
    const coreSchema = { coreDocument: () => read(supergraphHash), apiDocument: () => read(apiHash) };
    return { result: { __typename: "BuildSuccess", coreSchema } };
  }
}

/** What clients of a variant see, since when. */
export class PublicationApi {
  constructor(
    private readonly access: Access,
    readonly variant: VariantApi,
    private readonly launch: LaunchRow,
  ) {}

  schema() {
    const { apiHash } = this.launch;
    return { hash: apiHash, document: () => this.access.read((tx) => readDocument(tx, apiHash)) };
  }

  async diffToPrevious() {
    const changes = await this.access.read((tx) => changesOf(tx, this.launch));
    return changes ? { changeSummary: countChanges(changes) } : null;
  }
}
