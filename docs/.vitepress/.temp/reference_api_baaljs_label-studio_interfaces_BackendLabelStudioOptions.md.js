import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: BackendLabelStudioOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/BackendLabelStudioOptions.md","filePath":"reference/api/baaljs/label-studio/interfaces/BackendLabelStudioOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/BackendLabelStudioOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-backendlabelstudiooptions" tabindex="-1">Interface: BackendLabelStudioOptions <a class="header-anchor" href="#interface-backendlabelstudiooptions" aria-label="Permalink to &quot;Interface: BackendLabelStudioOptions&quot;">​</a></h1><p>The Label Studio whose API is used, and what for.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-apikey"></a> <code>apiKey</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-backendurl"></a> <code>backendUrl?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The address of this server as it is given to Label Studio, by which its webhook is recognised; found out by default.</td></tr><tr><td><a id="property-pushesscores"></a> <code>pushesScores?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Whether predictions for the unlabelled tasks are sent after a training; <code>true</code> by default.</td></tr><tr><td><a id="property-sampling"></a> <code>sampling?</code></td><td><code>readonly</code></td><td><code>ProjectSampling</code> | <code>&quot;unchanged&quot;</code></td><td>The order of a project&#39;s label stream, set with each version&#39;s scores. By default a project that is served in the sequence of its tasks, as Label Studio makes it, is set to uncertainty sampling with its first scores, and left alone from then on. <code>&quot;unchanged&quot;</code>: never.</td></tr><tr><td><a id="property-url"></a> <code>url</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-webhooksecret"></a> <code>webhookSecret?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>What <code>createApp</code> has as <code>webhookSecret</code>: webhooks that are made or mended send it.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/BackendLabelStudioOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const BackendLabelStudioOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  BackendLabelStudioOptions as default
};
