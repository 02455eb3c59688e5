import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Patchable","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/Patchable.md","filePath":"reference/api/baaljs/interfaces/Patchable.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/Patchable.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-patchable" tabindex="-1">Interface: Patchable <a class="header-anchor" href="#interface-patchable" aria-label="Permalink to &quot;Interface: Patchable&quot;">​</a></h1><p>A model whose predictions can be made random: what <a href="./../functions/patchModule.html">patchModule</a> needs to know of it.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-dropoutsites"></a> <code>dropoutSites</code></td><td><code>readonly</code></td><td>readonly <a href="./DropoutSite.html"><code>DropoutSite</code></a>[]</td><td>-</td></tr><tr><td><a id="property-linearweights"></a> <code>linearWeights</code></td><td><code>readonly</code></td><td>readonly <a href="./LinearWeight.html"><code>LinearWeight</code></a>[]</td><td>The weights of its linear layers, in graph order.</td></tr><tr><td><a id="property-patch"></a> <code>patch</code></td><td><code>public</code></td><td><a href="./../type-aliases/ModelPatch.html"><code>ModelPatch</code></a> | <code>undefined</code></td><td><code>undefined</code>: predictions are deterministic.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/Patchable.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Patchable = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Patchable as default
};
