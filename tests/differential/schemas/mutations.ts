import { federation2 } from "./federation-2.ts";

/** Mutations in order over subgraphs, renamed roots, inputs, enums, scalars, lists of lists. */
export const mutations = federation2({
  tasks: `
    schema { query: TaskQueries mutation: TaskMutations }
    type TaskQueries { tasks(where: TaskWhere, order: [Order!] = [{by: DUE}]): [Task!]! grid: [[Task]!] echo(json: JSON): JSON }
    type TaskMutations {
      addTask(input: TaskInput!): TaskPayload!
      closeTask(id: ID!, at: Stamp): Task
      clear: Int
    }
    type TaskPayload { task: Task counts: [[Int!]!]! }
    type Task @key(fields: "id") { id: ID! title(upper: Boolean! = false): String! state: State tags: [[String]] due: Stamp raw: JSON }
    input TaskInput { title: String! state: State = OPEN labels: [LabelInput!] meta: JSON parent: TaskInput rows: [[Int!]] }
    input LabelInput { name: String! weight: Float = 1.5 }
    input TaskWhere { any: [TaskWhere!] state: [State!] = [OPEN, DONE] id: ID before: Stamp }
    input Order { by: By! down: Boolean! = false }
    enum By { DUE TITLE }
    enum State { OPEN DONE LOST }
    scalar JSON
    scalar Stamp
  `,
  users: `
    type Query { user(id: ID!): User echoBack(json: JSON, lists: [[Float]]): JSON }
    type Mutation { rename(id: ID!, name: String): User assign(task: ID!, to: [ID!]!): Task! }
    type User @key(fields: "id") { id: ID! name: String! tasks(where: JSON): [Task] }
    type Task @key(fields: "id") { id: ID! assignee: User watchers: [User!] }
    scalar JSON
  `,
  audit: `
    type Mutation { log(text: String!): Entry }
    type Entry { text: String by: User serial: Int! task: Task }
    type User @key(fields: "id") { id: ID! entries: [Entry!] }
    type Task @key(fields: "id", resolvable: false) { id: ID! }
  `,
});
