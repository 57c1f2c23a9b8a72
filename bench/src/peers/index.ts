import type { Implementation } from "../implementation.ts";
import type { Schema } from "../schema/reference.ts";
import { futuApi } from "./futu-api.ts";
import { pbf } from "./pbf.ts";
import { protobufEs } from "./protobuf-es.ts";
import { protobufjsReflection, protobufjsStatic } from "./protobufjs.ts";
import { protons } from "./protons.ts";
import { tsProto } from "./ts-proto.ts";

/** The peers, whose code is generated already. */
export const loadPeers = (schema: Schema): Promise<Implementation[]> =>
  Promise.all([tsProto(), protobufjsStatic(), protobufjsReflection(schema), protobufEs(), pbf(), protons(), futuApi()]);
