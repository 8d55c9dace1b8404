import type { StorageEngine } from "multer";
import { hashOf } from "./streams.ts";

/** multer's, for files that are hashed and not kept. */
export const hashStorage: StorageEngine = {
  _handleFile: (_request, file, done) => void hashOf(file.stream).then((info) => done(null, info), done),
  _removeFile: (_request, _file, done) => done(null),
};
