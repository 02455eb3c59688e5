import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ColourJitterOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/ColourJitterOptions.md","filePath":"reference/api/baaljs/images/interfaces/ColourJitterOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/ColourJitterOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-colourjitteroptions" tabindex="-1">Interface: ColourJitterOptions <a class="header-anchor" href="#interface-colourjitteroptions" aria-label="Permalink to &quot;Interface: ColourJitterOptions&quot;">​</a></h1><p>Options of <a href="./../functions/colourJitter.html">colourJitter</a>: the largest relative change of each property.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-brightness"></a> <code>brightness?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Each factor is drawn from <code>[1 - x, 1 + x]</code>. 0.4 by default.</td></tr><tr><td><a id="property-contrast"></a> <code>contrast?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-saturation"></a> <code>saturation?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/ColourJitterOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ColourJitterOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ColourJitterOptions as default
};
