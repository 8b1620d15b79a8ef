/** What `scripts/build-wasm.mjs` makes of `wasm/`: modules in base64. */
export declare const relaxed: string;
export declare const plain: string;
