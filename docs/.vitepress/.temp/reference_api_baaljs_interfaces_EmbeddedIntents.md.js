import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: EmbeddedIntents","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/EmbeddedIntents.md","filePath":"reference/api/baaljs/interfaces/EmbeddedIntents.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/EmbeddedIntents.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-embeddedintents" tabindex="-1">Interface: EmbeddedIntents <a class="header-anchor" href="#interface-embeddedintents" aria-label="Permalink to &quot;Interface: EmbeddedIntents&quot;">​</a></h1><p>The embedded requests with their intents: a pool to label from, a test set, the classes.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Names of the intents, sorted, <code>&quot;oos&quot;</code> among them.</td></tr><tr><td><a id="property-test"></a> <code>test</code></td><td><code>readonly</code></td><td>readonly <code>IntentRow</code>[]</td><td>1,000 texts, 800 spread evenly over the intents and 200 out of scope.</td></tr><tr><td><a id="property-train"></a> <code>train</code></td><td><code>readonly</code></td><td>readonly <code>IntentRow</code>[]</td><td>3,000 texts to label from; some intents are frequent and some rare, some texts repeat others in other words.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/EmbeddedIntents.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const EmbeddedIntents = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  EmbeddedIntents as default
};
