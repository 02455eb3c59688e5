import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DrawsSpent","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/DrawsSpent.md","filePath":"reference/api/baaljs/interfaces/DrawsSpent.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/DrawsSpent.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-drawsspent" tabindex="-1">Interface: DrawsSpent <a class="header-anchor" href="#interface-drawsspent" aria-label="Permalink to &quot;Interface: DrawsSpent&quot;">​</a></h1><p>What all draws of all items would have cost, and what was spent.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-allpasses"></a> <code>allPasses</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-passes"></a> <code>passes</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Passes of one item with one draw.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/DrawsSpent.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DrawsSpent = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DrawsSpent as default
};
