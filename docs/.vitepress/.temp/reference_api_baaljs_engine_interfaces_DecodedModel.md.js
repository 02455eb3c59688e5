import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DecodedModel","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/DecodedModel.md","filePath":"reference/api/baaljs/engine/interfaces/DecodedModel.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/DecodedModel.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-decodedmodel" tabindex="-1">Interface: DecodedModel <a class="header-anchor" href="#interface-decodedmodel" aria-label="Permalink to &quot;Interface: DecodedModel&quot;">​</a></h1><p>A model file: its graph, and what else it says.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-graph"></a> <code>graph</code></td><td><code>readonly</code></td><td><a href="./Graph.html"><code>Graph</code></a></td><td>The graph in the internal opset, weights still as initializers, types inferred.</td></tr><tr><td><a id="property-irversion"></a> <code>irVersion</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-metadata"></a> <code>metadata</code></td><td><code>readonly</code></td><td><code>ReadonlyMap</code>&lt;<code>string</code>, <code>string</code>&gt;</td><td>The file&#39;s free key-value pairs.</td></tr><tr><td><a id="property-opset"></a> <code>opset</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The opset that the file was written in.</td></tr><tr><td><a id="property-producer"></a> <code>producer</code></td><td><code>readonly</code></td><td><code>string</code></td><td>Who wrote the file: &quot;pytorch 1.13.0&quot;.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/DecodedModel.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DecodedModel = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DecodedModel as default
};
