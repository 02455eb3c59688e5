import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DropoutSite","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/DropoutSite.md","filePath":"reference/api/baaljs/interfaces/DropoutSite.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/DropoutSite.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-dropoutsite" tabindex="-1">Interface: DropoutSite <a class="header-anchor" href="#interface-dropoutsite" aria-label="Permalink to &quot;Interface: DropoutSite&quot;">​</a></h1><p>A place where the model drops activations: a <code>Dropout</code> node of the graph, named after the Hugging Face module. Such nodes only mark places: every graph that runs has gone through installMasks, which leaves none.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-name"></a> <code>name</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-place"></a> <code>place</code></td><td><code>readonly</code></td><td><code>&quot;body&quot;</code> | <code>&quot;head&quot;</code></td><td><code>&quot;head&quot;</code> sites act on the pooled features only: everything before them is deterministic.</td></tr><tr><td><a id="property-rate"></a> <code>rate</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Probability that an element is dropped, unless overridden when patching.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/DropoutSite.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DropoutSite = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DropoutSite as default
};
