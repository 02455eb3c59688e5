import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ColdnessOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/ColdnessOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/ColdnessOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/ColdnessOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-coldnessoptions" tabindex="-1">Interface: ColdnessOptions <a class="header-anchor" href="#interface-coldnessoptions" aria-label="Permalink to &quot;Interface: ColdnessOptions&quot;">​</a></h1><p>How close a random draw comes to the highest scores.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-beta"></a> <code>beta?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Coldness: 0 picks uniformly, larger values come closer to the top k; 1 by default. A temperature T is <code>beta = 1 / T</code>.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/ColdnessOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ColdnessOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ColdnessOptions as default
};
